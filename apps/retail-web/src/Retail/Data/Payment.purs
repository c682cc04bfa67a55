-- | What is still to be paid, as the server will settle it: cards first, the rest rounded to coins if it is paid in cash.
module Retail.Data.Payment (Progress, progress) where

import Prelude

import Data.Array (filter, null)
import Data.Foldable (sum)
import Retail.Api.Types (Method(..), Tender)
import Retail.Data.Offline (roundCash)

type Progress =
  { covered :: Boolean
  , change :: Number
  -- | What is missing, if the rest goes to a card.
  , cardLeft :: Number
  -- | What is missing, if the rest is paid in cash.
  , cashLeft :: Number
  }

progress :: Number -> Number -> Array Tender -> Progress
progress cashStep total tenders =
  { covered: not (null tenders) && if null cash then left <= 0.0 else given >= due
  , change: if null cash then 0.0 else max 0.0 (given - due)
  , cardLeft: max 0.0 (left - given)
  , cashLeft: max 0.0 (due - given)
  }
  where
  cash = filter (\{ method } -> method == MethodCash) tenders
  card = filter (\{ method } -> method == MethodCard) tenders
  given = sum (map _.amount cash)
  left = total - sum (map _.amount card)
  due = roundCash cashStep left
