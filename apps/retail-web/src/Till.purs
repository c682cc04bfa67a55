-- | The counter: sells, also while the server does not answer.
module Till (main) where

import Prelude

import Effect (Effect)
import Retail.Run (run)
import Retail.Till.Kept (keepFiles)
import Retail.Till.Shell as Shell

main :: Effect Unit
main = keepFiles *> run Shell.component
