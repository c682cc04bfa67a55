-- | The back office: what is sold, what is where, what came in.
module Office (main) where

import Prelude

import Effect (Effect)
import Retail.Office.Shell as Shell
import Retail.Run (run)

main :: Effect Unit
main = run Shell.component
