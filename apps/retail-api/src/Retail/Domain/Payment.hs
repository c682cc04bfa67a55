-- | The life of a payment.
module Retail.Domain.Payment
  ( PaymentState (..),
    PaymentEvent (..),
    advance,
    told,
    isFinal,
    holdsMoney,
  )
where

data PaymentState = Created | Authorised | Settled | Declined | Failed | Cancelled
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | What a provider answers, or a till decides.
data PaymentEvent = Authorise | Settle | Decline | Fail | Cancel
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the event is not one of the state's. What is settled stays so: money goes back by a refund.
advance :: PaymentState -> PaymentEvent -> Maybe PaymentState
advance Created = \case
  Authorise -> Just Authorised
  Settle -> Nothing
  Decline -> Just Declined
  Fail -> Just Failed
  Cancel -> Just Cancelled
advance Authorised = \case
  Authorise -> Nothing
  Settle -> Just Settled
  Decline -> Nothing
  Fail -> Just Failed
  Cancel -> Just Cancelled
advance Settled = const Nothing
advance Declined = const Nothing
advance Failed = const Nothing
advance Cancelled = const Nothing

-- | What is known after a message of a provider, whose messages come in any order and more than once: the furthest that
-- was told. Where the order is right this is 'advance'. Settled money is with us, whatever else is said of it.
told :: PaymentState -> PaymentEvent -> PaymentState
told state event = if far next > far state then next else state
  where
    next = case event of
      Authorise -> Authorised
      Settle -> Settled
      Decline -> Declined
      Fail -> Failed
      Cancel -> Cancelled
    far :: PaymentState -> Int
    far = \case
      Created -> 0
      Authorised -> 1
      Cancelled -> 2
      Declined -> 3
      Failed -> 4
      Settled -> 5

isFinal :: PaymentState -> Bool
isFinal state = all ((== Nothing) . advance state) [minBound ..]

-- | Whether the customer's money is with us or reserved for us.
holdsMoney :: PaymentState -> Bool
holdsMoney state = state `elem` [Authorised, Settled]
