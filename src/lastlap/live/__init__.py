"""What people watch and where officials work: the meet served to browsers, live."""
