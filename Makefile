# Every task is a task of ./run, which works where there is no make.
.PHONY: demo test lint types coverage bench check format pin
demo test lint types coverage bench check format pin:
	@./run $@ $(ARGS)
