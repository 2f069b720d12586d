# The book: woven, built, proven, tried. See book/README.md.

BOOK = build/book
WEAVE = $(BOOK)/weave
NODE = node

##
##   book             build/book/html/index.html; also pdf
.PHONY: book draft pdf weave-check from-book check-book
DOXYGEN = { cat book/Doxyfile; echo OUTPUT_DIRECTORY = $(BOOK); \
    echo GENERATE_TAGFILE = $(BOOK)/tags.xml; \
    echo FILTER_PATTERNS = *.md=$(WEAVE) *.h=$(WEAVE); } | doxygen -

book: deps-book $(WEAVE)
	@$(WEAVE) --check
	@rm -rf $(BOOK)/doxygen
	@$(DOXYGEN)
	@$(WEAVE) --map >$(BOOK)/map.json
	@$(NODE) book/post.js $(BOOK)

# What there is, even while something is missing: make draft BOOK=build/mine
draft: $(WEAVE)
	-@$(WEAVE) --check 2>&1 | grep -v 'is shown in no chapter'
	@rm -rf $(BOOK)/doxygen
	-@{ $(DOXYGEN); } 2>&1 | grep -v '\.md:'
	-@$(WEAVE) --map >$(BOOK)/map.json 2>/dev/null
	-@$(NODE) book/post.js $(BOOK)

pdf: book
	@$(NODE) book/print.js $(BOOK)/html
	@$(NODE) book/browser.js --pdf $(BOOK)/v4.pdf

$(WEAVE): $(wildcard book/weave*.[ch])
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) $(filter %.c,$^) -lm -o $@

##   weave-check      is every line of src/ in the book, every rule kept?
weave-check: $(WEAVE)
	@$(WEAVE) --check

##   from-book        rebuild src/ from the pages, compile it, test it
from-book: book
	@$(NODE) book/from_book.js $(BOOK)/html src build/from-book/src
	@$(MAKE) SRC=build/from-book/src BUILD=build/from-book test

##   check-book       the pages in a real browser
check-book: book
	@$(NODE) book/browser.js $(BOOK)/html

##   notebooks        run them and record output and figures
##   check-notebooks  run them and compare; NB=16-compressor for one, SLOW=1
NB =
NOTEBOOKS = $(if $(NB),$(wildcard notebooks_md/$(NB).md chapters/$(NB).md), \
    $(wildcard notebooks_md/*.md chapters/*.md))
.PHONY: notebooks check-notebooks
notebooks: all
	@SLOW=1 $(NODE) book/notebook.js update $(NOTEBOOKS)

check-notebooks: all
	@SLOW='$(SLOW)' $(NODE) book/notebook.js check $(NOTEBOOKS)

##   exercise-NN      skeletons into src/; also exercise-NN-restore
##   check-exercise-NN  their tests; check-exercises: all, on a copy
.PHONY: check-exercises mutants
exercise-%:
	@$(NODE) book/exercise.js put $*

exercise-%-restore:
	@$(NODE) book/exercise.js restore $*

check-exercise-%:
	@$(MAKE) $(JOBS) $(TEST_BINARY)
	@$(NODE) book/exercise.js test $* $(TEST_BINARY)

check-exercises:
	@$(MAKE) $(JOBS) $(TEST_BINARY)
	@$(NODE) book/exercise.js check

##   mutants          bugs, each caught by its test; broken: one of them built
MUTANT =
mutants:
	@$(MAKE) $(JOBS) $(TEST_BINARY)
	@$(NODE) book/mutants.js $(MUTANT)

.PHONY: broken
broken:
	@$(MAKE) -s --no-print-directory v4
	@$(NODE) book/broken.js $(MUTANT)

##   stage-NN         the program as of chapter NN, and its tests
stage-%: $(WEAVE)
	@$(NODE) book/stage.js $* $(WEAVE)
