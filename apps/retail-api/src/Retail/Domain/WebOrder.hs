-- | The life of a web order, and whose its money is.
module Retail.Domain.WebOrder
  ( OrderState (..),
    OrderAction (..),
    step,
    keeps,
    refundsOf,
  )
where

import Retail.Domain.Money

-- | A draft is priced and holds nothing; a placed one holds stock until it is paid or has expired.
data OrderState = Draft | Placed | Paid | PartFulfilled | Fulfilled | Cancelled | Expired
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data OrderAction = Place | Pay | FulfilSome | FulfilRest | Cancel | Expire
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the action is refused. What was handed out, even in part, is not cancelled any more.
step :: OrderState -> OrderAction -> Maybe OrderState
step Draft = \case
  Place -> Just Placed
  Cancel -> Just Cancelled
  _ -> Nothing
step Placed = \case
  Pay -> Just Paid
  Cancel -> Just Cancelled
  Expire -> Just Expired
  _ -> Nothing
step Paid = \case
  FulfilSome -> Just PartFulfilled
  FulfilRest -> Just Fulfilled
  Cancel -> Just Cancelled
  _ -> Nothing
step PartFulfilled = \case
  FulfilSome -> Just PartFulfilled
  FulfilRest -> Just Fulfilled
  _ -> Nothing
step Fulfilled = const Nothing
step Cancelled = const Nothing
step Expired = const Nothing

-- | How much of what was paid belongs to the order: its total at most once it is paid, all of it before, nothing of it
-- when there is no order any more.
keeps :: OrderState -> Money -> Money -> Money
keeps state total paid = case state of
  Draft -> paid
  Placed -> paid
  Cancelled -> nothing
  Expired -> nothing
  _ -> min total paid

-- | Where an excess goes back to: charges with what is left of each, the first ones first.
refundsOf :: Money -> [(charge, Money)] -> [(charge, Money)]
refundsOf excess = \case
  (charge, left) : rest | excess > nothing -> [(charge, back) | let { back = min excess left }, back > nothing] <> refundsOf (excess `minus` max nothing (min excess left)) rest
  _ -> []
