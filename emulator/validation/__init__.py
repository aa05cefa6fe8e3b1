"""What LINE accepts in a request body, written as data; says where a body is wrong.

Messages, menus and coupons are tables of `rules`; a body is checked by handing it to
one of them with an empty path.
"""
