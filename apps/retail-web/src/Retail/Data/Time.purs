-- | Instants stay the texts that the server sends; only people see them otherwise.
module Retail.Data.Time (now, showTime) where

import Effect (Effect)

foreign import now :: Effect String

-- | In the time zone of the browser.
foreign import showTime :: String -> String
