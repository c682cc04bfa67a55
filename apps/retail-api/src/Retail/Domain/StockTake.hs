-- | The life of a count of what is on the shelves.
module Retail.Domain.StockTake
  ( StockTakeState (..),
    StockTakeAction (..),
    move,
  )
where

data StockTakeState = Counting | Finished | Cancelled
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data StockTakeAction = Enter | Finish | Cancel
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the action is refused.
move :: StockTakeState -> StockTakeAction -> Maybe StockTakeState
move Counting = \case
  Enter -> Just Counting
  Finish -> Just Finished
  Cancel -> Just Cancelled
move Finished = const Nothing
move Cancelled = const Nothing
