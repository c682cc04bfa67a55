-- | Selling: from a cart to a receipt, and back.
module Retail.App.Sales
  ( priceCartFor,
    startSale,
    editSale,
    moveSale,
    finishSale,
    checkout,
    readSale,
    refundSale,
    recordRefusedCards,
    CardsRefused (..),
  )
where

import Control.Exception (Exception, throwIO)
import Control.Monad (foldM, forM_, unless, when)
import Data.Foldable (for_)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Card
import Retail.App.Env
import Retail.App.Pricing
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Sale
import Retail.Contract.Staff (Organisation (..))
import Retail.Contract.Till (TillSession (..))
import Retail.Db.Catalogue (CodeFound, findArticles, findCodes)
import Retail.Db.Sale (SoldLine (..))
import Retail.Db.Sale qualified as Db
import Retail.Db.Staff (findOrganisation)
import Retail.Db.Stock (Movement (..))
import Retail.Db.Stock qualified as Stock
import Retail.Db.Till (Lock (..), lockSession, takeReceiptNumber)
import Retail.Domain.Cart (refundShare)
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Payment (PaymentEvent (..), PaymentState (..), advance)
import Retail.Domain.Quantity
import Retail.Domain.Role (Permission (..))
import Retail.Domain.Sale (SaleAction, SaleState, move)
import Retail.Domain.Sale qualified as Sale
import Retail.Domain.Tender (CashStep, Method (..), Settlement (..), roundCash, settle, toCashStep)
import Retail.Domain.Tender qualified as Tender
import Retail.Domain.TillSession (sells)
import Retail.Obs.Event (Event (..))
import Prelude hiding (head, lines)

-- | The cart as it would be sold now.
priceCartFor :: Connection -> Cart -> IO (Organisation, Priced)
priceCartFor connection cart@Cart {lines} = do
  organisation <- findOrganisation connection
  articles <- findArticles connection [variantId | CartLine {variantId} <- lines]
  priced <- priceFor (findCodes connection :: [Text] -> IO [CodeFound]) articles organisation cart
  pure (organisation, priced)

startSale :: Work -> UTCTime -> NewSale -> IO Sale
startSale work@Work {connection} now new@NewSale {saleId} = createSale work now new >> readSale connection saleId

createSale :: Work -> UTCTime -> NewSale -> IO (Organisation, TillSession, SaleHead)
createSale work@Work {connection, actor = Actor {staff}} now NewSale {saleId, tillSessionId, cart = cart@Cart {discount}} = do
  session@TillSession {tillId} <- sellingSession work tillSessionId
  (organisation, Priced {cart = PricedCart {..}, sold, discounted}) <- priceCartFor connection cart
  allowDiscount work session discounted
  let head = SaleHead {state = Sale.Open, receipt = Nothing, rounding = nothing, change = nothing, createdAt = now, completedAt = Nothing, version = 1, ..}
  Db.addSale connection head staff discount sold
  pure (organisation, session, head)

-- | The session that a sale happens in. It cannot be counted or closed before the transaction ends.
sellingSession :: Work -> Id "till-session" -> IO TillSession
sellingSession Work {connection, actor} wanted = do
  session@TillSession {state, locationId} <- lockSession Shared connection wanted >>= (`orRefuse` (NotFound, "There is no such till session."))
  requireAt actor Sell locationId
  unless (sells state) (refuse WrongState "The till session is not open.")
  pure session

allowDiscount :: Work -> TillSession -> Bool -> IO ()
allowDiscount Work {actor} TillSession {locationId} discounted = when discounted (requireAt actor GiveDiscount locationId)

editSale :: Work -> Id "sale" -> EditSale -> IO Sale
editSale work@Work {connection} wanted EditSale {cart = cart@Cart {discount}, version = edited} = do
  head@SaleHead {state, version, tillSessionId} <- lockedSale work wanted
  session <- sellingSession work tillSessionId
  unless (state == Sale.Open) (refuse WrongState "Only an open sale can be changed.")
  unchanged "sale" version edited
  (_, Priced {cart = PricedCart {..}, sold, discounted}) <- priceCartFor connection cart
  allowDiscount work session discounted
  Db.replaceLines connection (withTotals head amount reduction net tax total) discount sold
  readSale connection wanted
  where
    withTotals SaleHead {tillId, tillSessionId, state, receipt, rounding, change, createdAt, completedAt, version} amount reduction net tax total =
      SaleHead {saleId = wanted, ..}

lockedSale :: Work -> Id "sale" -> IO SaleHead
lockedSale Work {connection} wanted = Db.lockSale connection wanted >>= (`orRefuse` (NotFound, "There is no such sale."))

-- | Park, resume or void.
moveSale :: Work -> Id "sale" -> SaleAction -> IO Sale
moveSale work@Work {connection, actor} wanted action = do
  SaleHead {state, tillSessionId, total} <- lockedSale work wanted
  TillSession {locationId} <- sellingSession work tillSessionId
  requireAt actor (if action == Sale.Void then VoidSale else Sell) locationId
  next <- moved state action
  Db.setState connection wanted next
  when (action == Sale.Void) (note work "void" (Just wanted) (Text.pack (show total)))
  readSale connection wanted

moved :: SaleState -> SaleAction -> IO SaleState
moved state action =
  move state action `orRefuse` (WrongState, "A sale that is " <> lowered state <> " cannot be: " <> lowered action <> ".")
  where
    lowered :: Show a => a -> Text
    lowered = Text.toLower . Text.pack . show

finishSale :: Work -> UTCTime -> Id "sale" -> [Tender] -> IO Sale
finishSale work@Work {connection} now wanted tenders = do
  head@SaleHead {state, tillSessionId} <- lockedSale work wanted
  session <- sellingSession work tillSessionId
  _ <- moved state Sale.Complete
  organisation <- findOrganisation connection
  complete work now organisation session head tenders
  readSale connection wanted

-- | A whole sale in one request, which is how a till without a queue at the counter works, and one with no network.
checkout :: Work -> UTCTime -> Checkout -> IO Sale
checkout work@Work {connection} now Checkout {..} = do
  (organisation, session, head) <- createSale work now NewSale {..}
  complete work now organisation session head tenders
  readSale connection saleId

-- | Payments, receipt number and stock, together or not at all.
complete :: Work -> UTCTime -> Organisation -> TillSession -> SaleHead -> [Tender] -> IO ()
complete work@Work {env = Env {cards, tell}, connection, actor = Actor {organisation, staff}} now shop TillSession {tillId, locationId} SaleHead {saleId, tillSessionId, total} tenders = do
  step <- cashStepOf shop
  settlement@Settlement {rounding, change} <-
    either tenderProblem pure (settle step total [Tender.Tender {method, amount} | Tender {method, amount} <- tenders])
  payments <- charge work saleId settlement tenders
  receipt <- takeReceiptNumber connection tillId
  Db.addPayments connection saleId tillSessionId payments
  Db.completeSale connection saleId receipt (rounding, change) now
  lines <- Db.soldLines connection saleId
  Stock.post
    connection
    staff
    "sale"
    (Just saleId)
    [Movement {variant = variantId, location = locationId, change = negate (thousandths quantity)} | SoldLine {variantId, quantity, tracked = True} <- lines]
  for_ payments $ \(_, reference) -> for_ reference (capture cards)
  tell SaleCompleted {organisation, sale = saleId}

cashStepOf :: Organisation -> IO CashStep
cashStepOf Organisation {cashStep = step} =
  toCashStep step `orRefuse` (Internal, "The organisation's cash step is not usable.")

tenderProblem :: Tender.TenderFault -> IO a
tenderProblem = \case
  Tender.NotPositive -> refuse InvalidValue "A tender is more than nothing."
  Tender.CardTooLarge -> refuse InvalidValue "Cards are charged at most what is owed."
  Tender.Uncovered missing -> refuse Uncovered (Text.pack (show missing) <> " minor units are still owed.")

-- | Why a sale was not completed: the payments to remember when everything else has been taken back.
data CardsRefused = CardsRefused {payments :: [Payment], problem :: Problem}
  deriving stock (Show)

instance Exception CardsRefused

-- | Asks the provider for each card in turn. If one is refused, those before it are cancelled.
charge :: Work -> Id "sale" -> Settlement -> [Tender] -> IO [(Payment, Maybe Text)]
charge work@Work {env = Env {cards, tell}, actor = Actor {organisation}} saleId Settlement {cash} tenders = do
  charged <- foldM chargeNext [] (zip [0 :: Int ..] [tender | tender@Tender {method = Card} <- tenders])
  settled <- traverse (advanced Settle) charged
  pure ([(Payment {paymentId = labelled "cash", method = Cash, amount = cash, state = Settled}, Nothing) | cash > nothing] <> settled)
  where
    labelled text = freshId work ("payment/" <> text)
    chargeNext before (index, Tender {amount, card}) = do
      let created = Payment {paymentId = labelled (Text.pack (show index)), method = Card, amount, state = Created}
          Payment {paymentId} = created
      token <- card `orRefuse` (InvalidValue, "A card tender has the terminal's token in card.")
      authorise cards paymentId amount token >>= \case
        Approved reference -> (\next -> before <> [next]) <$> advanced Authorise (created, Just reference)
        Refused reason -> giveUp before created Decline Problem {code = CardDeclined, detail = "The card was declined: " <> reason <> "."}
        NoAnswer -> giveUp before created Fail Problem {code = CardDeclined, detail = "The card provider did not answer."}
    -- What is remembered has ids of its own: tried again with the same key, the card may be accepted.
    giveUp before created event problem = do
      forM_ before $ \(_, reference) -> for_ reference (cancel cards)
      refused <- advanced event (created, Nothing)
      cancelled <- traverse (advanced Cancel) before
      tell CardRefused {organisation}
      throwIO CardsRefused {payments = zipWith remembered [0 :: Int ..] (map fst (cancelled <> [refused])), problem}
    remembered index Payment {paymentId = _, ..} = Payment {paymentId = labelled ("refused/" <> Text.pack (show index)), ..}
    advanced event (Payment {..}, reference) =
      maybe
        (refuse Internal (Text.pack ("a payment that is " <> show state <> " met the event " <> show event <> " of sale " <> show saleId)))
        (\next -> pure (Payment {state = next, ..}, reference))
        (advance state event)

-- | Keeps refused payments of a sale that is still there.
recordRefusedCards :: Connection -> Id "sale" -> CardsRefused -> IO ()
recordRefusedCards connection saleId CardsRefused {payments} = do
  found <- Db.findSale connection saleId
  for_ found $ \SaleHead {tillSessionId} -> Db.addRefusedPayments connection saleId tillSessionId payments

readSale :: Connection -> Id "sale" -> IO Sale
readSale connection wanted = do
  head <- Db.findSale connection wanted >>= (`orRefuse` (NotFound, "There is no such sale."))
  cart <- Db.cartOf connection wanted
  lines <- Db.linesOf connection wanted
  taxes <- Db.taxesOf connection wanted
  payments <- Db.paymentsOf connection wanted
  pure Sale {..}

-- | Gives back some of a completed sale's lines. The sale's row is locked, so that two refunds cannot give back the
-- same thing.
refundSale :: Work -> Id "sale" -> NewRefund -> IO Refund
refundSale work@Work {env = Env {cards, tell}, connection, actor = actor@Actor {organisation, staff}} wanted NewRefund {..} = do
  SaleHead {state} <- lockedSale work wanted
  TillSession {tillId, locationId} <- sellingSession work tillSessionId
  requireAt actor RefundSale locationId
  unless (state == Sale.Completed) (refuse WrongState "Only a completed sale can be refunded.")
  sold <- Db.soldLines connection wanted
  refunded <- refundedLines sold lines
  let net = mconcat [n | (_, _, n, _) <- refunded]
      total = mconcat [t | (_, _, _, t) <- refunded]
      tax = total `minus` net
      refundId = freshId work "refund"
  step <- cashStepOf =<< findOrganisation connection
  let rounding = if method == Cash then roundCash step total `minus` total else nothing
  reference <- refundedPayment total
  receipt <- takeReceiptNumber connection tillId
  let refund = Refund {saleId = wanted, ..}
  Db.addRefund
    connection
    refund
    tillId
    staff
    paymentId
    [(position, quantity, n, t `minus` n, t, restock) | (SoldLine {position}, RefundLine {quantity, restock}, n, t) <- refunded]
  Stock.post
    connection
    staff
    "refund"
    (Just refundId)
    [Movement {variant = variantId, location = locationId, change = thousandths quantity} | (SoldLine {variantId, tracked = True}, RefundLine {quantity, restock = True}, _, _) <- refunded]
  note work "refund" (Just refundId) (Text.pack (show total))
  for_ reference (\one -> giveBack cards one total)
  tell SaleRefunded {organisation, refund = refundId}
  pure refund
  where
    refundedPayment total = case (method, paymentId) of
      (Cash, Nothing) -> pure Nothing
      (Cash, Just _) -> refuse InvalidValue "Cash is not given back to a payment."
      (Card, Nothing) -> refuse InvalidValue "A refund to a card says in paymentId which payment it goes back to."
      (Card, Just payment) -> do
        (left, reference) <- Db.cardPayment connection wanted payment >>= (`orRefuse` (UnknownReference, "The sale has no such card payment."))
        when (total > left) (refuse RefundTooLarge "The card payment was less than what is to be given back to it.")
        pure (Just reference)

-- | Each line with what it gives back: net and total.
refundedLines :: [SoldLine] -> [RefundLine] -> IO [(SoldLine, RefundLine, Money, Money)]
refundedLines sold asked = do
  when (null asked) (refuse InvalidValue "A refund has at least one line.")
  when (Map.size byPosition /= length asked) (refuse InvalidValue "Each line is refunded once per refund.")
  traverse refunded asked
  where
    byPosition = Map.fromList [(position, ()) | RefundLine {position} <- asked]
    lineAt wanted = [line | line@SoldLine {position} <- sold, position == wanted]
    refunded wish@RefundLine {position, quantity} = case lineAt position of
      line@SoldLine {quantity = whole, returned, net, total} : _
        | Just backTotal <- share total, Just backNet <- share net -> pure (line, wish, backNet, backTotal)
        | otherwise -> refuse RefundTooLarge ("Of line " <> Text.pack (show position) <> " less than that is left to give back.")
        where
          share amount = refundShare amount whole (toInteger returned) quantity
      [] -> refuse InvalidValue ("The sale has no line " <> Text.pack (show position) <> ".")
