-- | The life of an order from a supplier, and what may be received of it.
module Retail.Domain.PurchaseOrder
  ( PurchaseState (..),
    PurchaseAction (..),
    move,
    OrderedLine (..),
    outstanding,
    Excess (..),
    takeIn,
    receiving,
    orderTotal,
  )
where

import Retail.Domain.Money (Money, minorUnits, toMoney)
import Retail.Domain.Quantity (Quantity, amountFor, thousandths)

data PurchaseState = Draft | Ordered | PartlyReceived | Received | Cancelled
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data PurchaseAction = Place | ReceivePart | ReceiveRest | Cancel
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the action is refused. What was received stays so when the rest is cancelled.
move :: PurchaseState -> PurchaseAction -> Maybe PurchaseState
move Draft = \case
  Place -> Just Ordered
  Cancel -> Just Cancelled
  _ -> Nothing
move Ordered = arriving
move PartlyReceived = arriving
move Received = const Nothing
move Cancelled = const Nothing

arriving :: PurchaseAction -> Maybe PurchaseState
arriving = \case
  Place -> Nothing
  ReceivePart -> Just PartlyReceived
  ReceiveRest -> Just Received
  Cancel -> Just Cancelled

-- | @received@ in thousandths: more than was ordered, where that was said explicitly.
data OrderedLine = OrderedLine {ordered :: Quantity, received :: Integer}
  deriving stock (Eq, Show)

-- | In thousandths, never less than nothing.
outstanding :: OrderedLine -> Integer
outstanding OrderedLine {ordered, received} = max 0 (thousandths ordered - received)

-- | Whether more than was ordered may be received.
data Excess = Refused | Accepted
  deriving stock (Eq, Show, Enum, Bounded)

-- | 'Nothing' if that is more than is outstanding, and may not be.
takeIn :: Excess -> Quantity -> OrderedLine -> Maybe OrderedLine
takeIn excess quantity line@OrderedLine {ordered, received}
  | excess == Refused && thousandths quantity > outstanding line = Nothing
  | otherwise = Just OrderedLine {ordered, received = received + thousandths quantity}

-- | What a receipt does to its order, given the lines after it.
receiving :: [OrderedLine] -> PurchaseAction
receiving after = if all ((== 0) . outstanding) after then ReceiveRest else ReceivePart

-- | What lines cost together, each rounded once; 'Nothing' where that is more than an amount may be.
orderTotal :: [(Quantity, Money)] -> Maybe Money
orderTotal priced = toMoney (sum [minorUnits (amountFor cost quantity) | (quantity, cost) <- priced])
