"""The page 备课: the cadre's desk."""
