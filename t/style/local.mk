# The tree checks itself.
script_tests += %D%/layers.t %D%/spdx.t %D%/magics.t %D%/conf.t %D%/man.t %D%/words.t %D%/tree.t
EXTRA_DIST += %D%/Tree.pm
