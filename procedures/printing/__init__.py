"""Setting type: PDF/UA-1 by typst, in a process of its own. Templates get data, never markup."""
