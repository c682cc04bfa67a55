-- | The life of a sale at a till. Returns are documents of their own, so a completed sale never changes.
module Retail.Domain.Sale
  ( SaleState (..),
    SaleAction (..),
    move,
  )
where

data SaleState = Open | Parked | Completed | Voided
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data SaleAction = Park | Resume | Complete | Void
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the action is refused.
move :: SaleState -> SaleAction -> Maybe SaleState
move Open = \case
  Park -> Just Parked
  Resume -> Nothing
  Complete -> Just Completed
  Void -> Just Voided
move Parked = \case
  Park -> Nothing
  Resume -> Just Open
  Complete -> Nothing
  Void -> Just Voided
move Completed = const Nothing
move Voided = const Nothing
