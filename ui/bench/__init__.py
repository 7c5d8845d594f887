"""The page 评测: runs listed, a report opened, a suite started as a process, two runs compared."""
