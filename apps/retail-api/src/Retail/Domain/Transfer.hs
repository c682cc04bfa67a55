-- | The life of goods on their way from one location to another.
module Retail.Domain.Transfer
  ( TransferState (..),
    TransferAction (..),
    move,
  )
where

data TransferState = Draft | Sent | Received | Cancelled
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data TransferAction = Send | Receive | Cancel
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the action is refused. What was sent has to arrive, if only as a loss.
move :: TransferState -> TransferAction -> Maybe TransferState
move Draft = \case
  Send -> Just Sent
  Receive -> Nothing
  Cancel -> Just Cancelled
move Sent = \case
  Send -> Nothing
  Receive -> Just Received
  Cancel -> Nothing
move Received = const Nothing
move Cancelled = const Nothing
