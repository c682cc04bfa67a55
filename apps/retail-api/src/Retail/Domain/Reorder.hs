-- | When to order a thing again, and how much of it.
module Retail.Domain.Reorder (Shelf (..), due, proposal) where

import Retail.Domain.Quantity (Quantity, Unit (..), toQuantity)

-- | In thousandths. @available@ is what is on hand and not reserved, and what is on its way.
data Shelf = Shelf {available, reorderPoint, targetLevel :: Integer}
  deriving stock (Eq, Show)

due :: Shelf -> Bool
due Shelf {available, reorderPoint} = available <= reorderPoint

-- | As much as reaches the target, and at least what makes the thing not due again; whole pieces.
-- 'Nothing' if it is not due, and for more than one quantity may be the largest one.
proposal :: Unit -> Shelf -> Maybe Quantity
proposal unit shelf@Shelf {available, reorderPoint, targetLevel}
  | due shelf = toQuantity (min largest (steps * step))
  | otherwise = Nothing
  where
    wanted = max targetLevel (reorderPoint + 1) - available
    steps = (wanted + step - 1) `div` step
    step = case unit of
      Piece -> 1_000
      Kilogram -> 1
    largest = 1_000_000_000
