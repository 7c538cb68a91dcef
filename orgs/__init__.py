"""Who: regions, the tree of finance bureau, departments and units; people and their roles.

Workbooks are read by the standard library, whose limits and mistakes are known, though lxml is there for
Word: that must be said before openpyxl is imported, in the process that reads uploads too.
"""

import os

os.environ["OPENPYXL_LXML"] = "False"
