module Retail.Data.Uuid (freshUuid) where

import Effect (Effect)

-- | Made here, so that a request has its id before the server has seen it.
foreign import freshUuid :: Effect String
