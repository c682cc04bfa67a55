module Retail.Till.Kept (keepFiles) where

import Prelude

import Effect (Effect)

-- | Has the browser keep the till's files, and what waits to be sent, for the time when nobody answers.
foreign import keepFiles :: Effect Unit
