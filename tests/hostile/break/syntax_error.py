# has a cell that is no Python
# cell: last
def (:
