# The tree checks itself.
script_tests += %D%/layers.t %D%/spdx.t %D%/magics.t %D%/conf.t %D%/man.t %D%/durability.t %D%/words.t %D%/tree.t
EXTRA_DIST += %D%/Tree.pm

# The tables of include/tbl are laid out by hand.
.PHONY: reformat
reformat:
	cd $(srcdir) && clang-format -i $$(find src include/odradek t \( -name gen -o -name '_*' \) -prune -o -name '*.[ch]' -print)
