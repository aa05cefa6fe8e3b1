"""LINE itself, played on this machine, so that no test and no demo needs the real one."""
