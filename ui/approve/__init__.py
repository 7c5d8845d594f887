"""The page 审定: a cadre approves or edits an answer, sees which still stand, withdraws them."""
