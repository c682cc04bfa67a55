-- | The currencies that a shop can be run in.
module Retail.Domain.Currency (Currency (..), currencyCode, currency) where

import Data.Text (Text)
import Data.Text qualified as Text

-- | ISO 4217 codes.
data Currency = CHF | CZK | DKK | EUR | GBP | JPY | NOK | PLN | SEK | USD
  deriving stock (Eq, Ord, Show, Enum, Bounded)

currencyCode :: Currency -> Text
currencyCode = Text.pack . show

currency :: Text -> Maybe Currency
currency code = lookup code [(currencyCode known, known) | known <- [minBound ..]]
