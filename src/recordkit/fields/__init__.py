"""How each kind of value is cleaned and checked: pure functions of distinct values.

Every kernel takes a Series (or DataFrame) of strings and gives a DataFrame of the same height and order:
typed columns, `codes` (List(String): the rule codes that the value raised) and, for some, `suggestion`. A
null raises nothing. No kernel looks at another row, so a batch may be cut anywhere: k(a ++ b) = k(a) ++ k(b).
"""
