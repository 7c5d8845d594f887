"""The page 查政策: the library as a list, a reader with permanent links, provinces side by side."""
