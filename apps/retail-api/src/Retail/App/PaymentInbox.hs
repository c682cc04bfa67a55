-- | What the payment provider tells: checked, kept as it came, and then acted on once, now or by the next sweep.
module Retail.App.PaymentInbox (receive, act) where

import Control.Exception (SomeAsyncException (..), SomeException, catch, fromException, throwIO)
import Control.Monad (unless, when)
import Data.Aeson (Value (..))
import Data.Aeson qualified as Aeson
import Data.Aeson.Key qualified as Key
import Data.Aeson.KeyMap qualified as KeyMap
import Data.ByteString (ByteString)
import Data.Foldable (for_)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8)
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Env
import Retail.App.Orders qualified as Orders
import Retail.App.Problem
import Retail.App.Signature (verified)
import Retail.Contract.Client (PaymentMessage (..))
import Retail.Contract.Schema (Field (..), Schema (Record))
import Retail.Contract.Staff (Organisation (..))
import Retail.Contract.Wire
import Retail.Db.OrderPayment (Charge (..), Due (..))
import Retail.Db.OrderPayment qualified as Money
import Retail.Db.PaymentEvent
import Retail.Db.Staff (findOrganisation)
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Money (nothing)
import Retail.Domain.Payment (PaymentEvent (..), PaymentState (..), told)
import Retail.Obs.Event (Event (DatabaseTrouble, PaymentEventRefused))

-- | Whatever becomes of it later, a message that was kept is answered well: the provider need not send it again.
receive :: Env -> Text -> Maybe Text -> ByteString -> IO ()
receive env@Env {database, clock, tell} slug signature body = do
  now <- clock
  known <- findSecrets database slug
  unless (verified now (maybe [] snd known) (maybe "" encodeUtf8 signature) body) $ do
    tell PaymentEventRefused
    refuse Unauthenticated "The signature is wrong, or too old."
  organisation <- fmap fst known `orRefuse` (Unauthenticated, "The signature is wrong, or too old.")
  (event, kind) <- envelope body `orRefuse` (MalformedRequest, "A message has an eventId and a kind, of 1 to 200 characters.")
  inTransaction database organisation $ \connection -> keepEvent connection event kind body
  act env organisation event `catch` leftToSweep
  where
    leftToSweep :: SomeException -> IO ()
    leftToSweep failure = case fromException failure of
      Just (SomeAsyncException _) -> throwIO failure
      Nothing -> tell (DatabaseTrouble (Text.pack ("a payment event waits: " <> show failure)))

envelope :: ByteString -> Maybe (Text, Text)
envelope body = case Aeson.decodeStrict body of
  Just (Object fields) -> (,) <$> short "eventId" fields <*> short "kind" fields
  _ -> Nothing
  where
    short key fields = case KeyMap.lookup key fields of
      Just (String text) | Text.length text >= 1, Text.length text <= 200, Text.all (/= '\0') text -> Just text
      _ -> Nothing

-- | Once: its row is locked, and what it does is in the same transaction as the mark that it was done.
act :: Env -> Id "organisation" -> Text -> IO ()
act Env {database} organisation event = inTransaction database organisation $ \connection -> do
  body <- takeEvent connection event
  for_ body $ \bytes -> do
    outcome <- maybe (pure (Left "This version does not understand it.")) (heed connection) (messageOf bytes)
    either (markEvent connection event "unknown") (const (markEvent connection event "applied" "")) outcome

-- | With the fields that we know.
messageOf :: ByteString -> Maybe PaymentMessage
messageOf body = case (Aeson.decodeStrict body, schema @PaymentMessage) of
  (Just (Object fields), Record _ known) ->
    either (const Nothing) Just . decodeText . Aeson.encode . Object $
      KeyMap.filterWithKey (\key _ -> Key.toText key `elem` [name | Field {name} <- known]) fields
  _ -> Nothing

-- | Why nothing was done, or what was.
heed :: Connection -> PaymentMessage -> IO (Either Text ())
heed connection PaymentMessage {..} = do
  Organisation {currency = ours} <- findOrganisation connection
  order <- Orders.lockedOrder connection orderId
  before <- Money.findCharge connection payment
  case (order, before) of
    _ | currency /= ours -> pure (Left "It is in another currency.")
    _ | amount <= nothing -> pure (Left "It is about nothing.")
    (Nothing, _) -> pure (Left "There is no such order.")
    (_, Just Charge {orderId = owner}) | owner /= orderId -> pure (Left "The payment is one for another order.")
    _ | kind == "refund.settled" -> refunded
    _ -> case lookup kind charges of
      Nothing -> pure (Left "This version does not understand it.")
      Just said -> Right () <$ charged before said
  where
    charges = [("payment." <> name, said) | (name, said) <- [("authorised", Authorise), ("settled", Settle), ("declined", Decline), ("failed", Fail), ("cancelled", Cancel)]]
    charged before said = do
      let known = maybe Created (\Charge {state} -> state) before
          next = told known said
      when (next /= known) (Money.putCharge connection Charge {orderId, reference = payment, amount, state = next})
      Orders.settleUp connection orderId
    refunded = do
      due <- Money.dueRefunds connection orderId
      case [one | one@Due {reference, amount = owed} <- due, reference == payment, owed == amount] of
        [] -> pure (Left "No such refund is due.")
        one : _ -> Right () <$ Money.settleRefund connection one
