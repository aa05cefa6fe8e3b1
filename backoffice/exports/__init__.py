"""Files out: sheets for suppliers, written so that no spreadsheet runs what is in them."""
