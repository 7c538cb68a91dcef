"""The summary returns of a finance bureau (汇总表): the approved returns of a round in one table each."""
