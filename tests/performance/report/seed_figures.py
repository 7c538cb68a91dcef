"""Every figure the real report of 零陵区应急管理局 2023 states, by its section, as it is printed there.

Source: shared seed README and checks.md 2.1; the numbers are the original's, to the digit.
"""

STATED = {
    "staffing": ["127名", "122人", "8人"],
    "overall_spending": [
        "1968.01万元",
        *("948.06万元", "48.17%", "207.56万元", "10.55%", "36.94万元", "1.88%", "6万元", "0.3%"),
        *("2.81万元", "0.14%", "99.75万元", "5.07%", "44.64万元", "2.27%", "8万元", "0.41%"),
        *("367.96万元", "18.7%", "17.2万元", "0.87%", "223万元", "11.33%", "4.8万元", "0.24%"),
        *("0.97万元", "0.05%", "0.32万元", "0.02%"),
    ],
    "budget_and_outturn": [
        *("1385.5万元", "1385.5万元", "1446.95万元", "1446.95万元", "61.45万元", "4.25%"),
        *("1968.01万元", "1967.69万元", "99.98%", "0.32万元", "0.02%", "1968.01万元"),
        *("1285.25万元", "1285.25万元", "682.76万元", "53.12%", "582.51万元", "42.04%"),
    ],
    "three_public_use": [
        *("0元", "0元", "50000元", "38986元", "0元", "0元", "0元", "50000元", "100%"),
        *("91423元", "52437元", "134.5%"),
    ],
    "basic_spending": [
        *("1385.5万元", "900万元", "485.5万元", "1967.69万元", "1726.32万元", "1030.52万元", "695.80万元"),
    ],
    "project_spending": ["485.5万元", "241.37万元"],
}

ADDED = {
    "staffing": ["127名", "96.06%"],  # 全额拨款事业编制, which the original gives in another word; 控制率
    "overall_spending": [],
    "budget_and_outturn": [],
    "three_public_use": ["88986元", "91423元", "2437元", "2.74%"],  # the totals
    "basic_spending": ["0.32万元", "826.32万元", "91.81%"],
    "project_spending": ["244.13万元", "50.28%", "10个"],
}
"""What our sentences add to the original's."""

DIRECTIONS = {
    "budget_and_outturn": [
        ("减少了61.45万元", "减少了4.25%"),
        ("增加了682.76万元", "增加了53.12%"),
        ("增加了582.51万元", "增加了42.04%"),
    ],
    "three_public_use": [("减少了50000元", "减少了100.00%"), ("增加了52437元", "增加了134.50%")],
    "project_spending": [("减少了244.13万元", "减少了50.28%")],
}
"""Differences with their rates, in the words of the report."""
