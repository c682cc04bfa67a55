-- | Web orders: from a draft to what was handed out, and the money in between.
module Retail.App.Orders
  ( startOrder,
    editOrder,
    placeOrder,
    cancelOrder,
    fulfilOrder,
    refundOrder,
    readOrder,
    expireOrder,
    lockedOrder,
    settleUp,
  )
where

import Control.Monad (forM_, unless, void, when)
import Data.List (nub)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Card (CardProvider (..))
import Retail.App.Config (Config (..))
import Retail.App.Env
import Retail.App.Pricing (Priced (..))
import Retail.App.Problem
import Retail.App.Sales (priceCartFor)
import Retail.App.Work
import Retail.Contract.Sale (Cart (..), PricedCart (..))
import Retail.Contract.WebOrder
import Retail.Db.OrderPayment (Balance (..), Due (..))
import Retail.Db.OrderPayment qualified as Money
import Retail.Db.Reservation (Wanted (..))
import Retail.Db.Reservation qualified as Reservation
import Retail.Db.Stock (Movement (..))
import Retail.Db.Stock qualified as Stock
import Retail.Db.WebOrder (HeldLine (..))
import Retail.Db.WebOrder qualified as Db
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity
import Retail.Domain.Role (Permission (..))
import Retail.Domain.WebOrder
import Prelude hiding (head, lines)

type OrderId = Id "web-order"

startOrder :: Work -> UTCTime -> NewOrder -> IO Order
startOrder work@Work {connection, actor = actor@Actor {staff}} now NewOrder {cart = cart@Cart {discount}, ..} = do
  requireAt actor PlaceOrder locationId
  when (Text.null (Text.strip customer) || Text.null (Text.strip email)) (refuse InvalidValue "An order has a customer's name and e-mail address.")
  when (delivery == Shipping && maybe True (Text.null . Text.strip) address) (refuse InvalidValue "What is shipped has an address.")
  Priced {cart = PricedCart {..}, sold} <- pricedAt work locationId cart
  let head = OrderHead {state = Draft, createdAt = now, placedAt = Nothing, expiresAt = Nothing, paidAt = Nothing, version = 1, ..}
  Db.addOrder connection head staff discount sold
  readOrder connection orderId

-- | As the catalogue has it now. Discounts are for who may give them.
pricedAt :: Work -> Id "location" -> Cart -> IO Priced
pricedAt Work {connection, actor} location cart = do
  (_, priced@Priced {discounted}) <- priceCartFor connection cart
  when discounted (requireAt actor GiveDiscount location)
  pure priced

-- | The order, locked; if its time was over before anybody noticed, that is noticed now.
lockedOrder :: Connection -> OrderId -> IO (Maybe OrderHead)
lockedOrder connection wanted = do
  known <- Db.lockOrder connection wanted
  lapsed <- Db.lapse connection wanted
  when lapsed (Reservation.release connection wanted)
  pure known

-- | For an actor who may do this where the order is.
lockedFor :: Work -> Permission -> OrderId -> IO OrderHead
lockedFor Work {connection, actor} permission wanted = do
  head@OrderHead {locationId} <- lockedOrder connection wanted >>= (`orRefuse` noOrder)
  head <$ requireAt actor permission locationId

noOrder :: (Code, Text)
noOrder = (NotFound, "There is no such order.")

stepped :: OrderState -> OrderAction -> IO OrderState
stepped state action =
  step state action `orRefuse` wrongStep "An order" (Text.pack (show state)) (Text.pack (show action))

editOrder :: Work -> OrderId -> EditOrder -> IO Order
editOrder work@Work {connection} wanted EditOrder {cart, version = edited} = do
  head@OrderHead {state, version} <- lockedFor work PlaceOrder wanted
  unless (state == Draft) (refuse WrongState "Only a draft can be changed.")
  unchanged "order" version edited
  _ <- reprice work head cart
  readOrder connection wanted

-- | Other lines and totals; the order's new total.
reprice :: Work -> OrderHead -> Cart -> IO Money
reprice work@Work {connection} head@OrderHead {locationId} cart@Cart {discount} = do
  Priced {cart = priced@PricedCart {total}, sold} <- pricedAt work locationId cart
  total <$ Db.replaceLines connection (withTotals head priced) discount sold
  where
    withTotals OrderHead {amount = _, reduction = _, net = _, tax = _, total = _, ..} PricedCart {..} = OrderHead {..}

-- | Priced once more, and only if that is what the customer agreed to. From here on its goods are kept back.
placeOrder :: Work -> OrderId -> AgreedTotal -> IO Order
placeOrder work@Work {env = Env {config = Config {orderMinutes}}, connection} wanted AgreedTotal {total = agreed, version = edited} = do
  head@OrderHead {state, locationId, version} <- lockedFor work PlaceOrder wanted
  _ <- stepped state Place
  unchanged "order" version edited
  total <- reprice work head =<< Db.cartOf connection wanted
  unless (total == agreed) (refuse PriceChanged ("The order costs " <> Text.pack (show total) <> " minor units now."))
  expires <- Db.placed connection wanted orderMinutes
  held <- Db.heldLines connection wanted
  Reservation.reserve connection wanted locationId expires [Wanted {variant = variantId, ..} | HeldLine {tracked = True, ..} <- held]
  settleUp connection wanted
  readOrder connection wanted

-- | After anything that concerns the money of a locked order: pays for it if there is enough, and writes down what has
-- to go back.
settleUp :: Connection -> OrderId -> IO ()
settleUp connection wanted = do
  OrderHead {state, total} <- lockedOrder connection wanted >>= (`orRefuse` noOrder)
  Balance {..} <- Money.balanceOf connection wanted
  after <- if state == Placed && settled >= total then payFor else pure state
  Money.addRefunds connection wanted (refundsOf ((settled `minus` keeps after total settled) `minus` back) left)
  where
    payFor = do
      still <- Reservation.keep connection wanted
      if still
        then Paid <$ Db.setState connection wanted Paid
        else Expired <$ (Reservation.release connection wanted >> Db.setState connection wanted Expired)

-- | What was paid goes back. Refused while the provider has not told how a payment ended.
cancelOrder :: Work -> OrderId -> IO Order
cancelOrder work@Work {connection} wanted = do
  OrderHead {state, total} <- lockedFor work CancelOrder wanted
  next <- stepped state Cancel
  Balance {underWay} <- Money.balanceOf connection wanted
  when underWay (refuse WrongState "A payment of the order is under way.")
  Reservation.release connection wanted
  Db.setState connection wanted next
  settleUp connection wanted
  note work "cancel-order" (Just wanted) (Text.pack (show total))
  readOrder connection wanted

-- | If it has expired, nobody noticed, and nobody else is at it. Says whether it did.
expireOrder :: Connection -> OrderId -> IO Bool
expireOrder connection wanted = do
  expired <- Db.skimExpired connection wanted
  expired <$ when expired (settleUp connection wanted)

-- | Hands out or ships some of the lines: they leave the shelf, and the reservation.
fulfilOrder :: Work -> OrderId -> NewFulfilment -> IO Order
fulfilOrder work@Work {connection, actor = Actor {staff}} wanted new@NewFulfilment {lines} = do
  OrderHead {state, locationId} <- lockedFor work FulfilOrder wanted
  held <- Db.heldLines connection wanted
  when (null lines) (refuse InvalidValue "A fulfilment has at least one line.")
  when (nub positions /= positions) (refuse InvalidValue "Each line is named once per fulfilment.")
  handed <- traverse (lineOf held) lines
  let left = sum [outstanding | HeldLine {outstanding} <- held] - sum [thousandths quantity | FulfilledLine {quantity} <- lines]
  next <- stepped state (if left == 0 then FulfilRest else FulfilSome)
  let goods = [(position, variantId, quantity) | (HeldLine {position, variantId, tracked = True}, FulfilledLine {quantity}) <- handed]
      fulfilment = freshId work "fulfilment"
  Db.addFulfilment connection fulfilment wanted staff new
  Reservation.consume connection wanted [(position, quantity) | (position, _, quantity) <- goods]
  Stock.post connection staff "sale" (Just fulfilment) [Movement {variant, location = locationId, change = negate (thousandths quantity)} | (_, variant, quantity) <- goods]
  Db.setState connection wanted next
  readOrder connection wanted
  where
    positions = [position | FulfilledLine {position} <- lines]
    lineOf held asked@FulfilledLine {position = wished, quantity} = case [line | line@HeldLine {position} <- held, position == wished] of
      line@HeldLine {outstanding} : _
        | thousandths quantity <= outstanding -> pure (line, asked)
        | otherwise -> refuse InvalidValue ("Of line " <> Text.pack (show wished) <> " less than that is outstanding.")
      [] -> refuse InvalidValue ("The order has no line " <> Text.pack (show wished) <> ".")

-- | Gives back everything that is due.
refundOrder :: Work -> OrderId -> IO Order
refundOrder work@Work {env = Env {cards}, connection} wanted = do
  void (lockedFor work RefundSale wanted)
  due <- Money.dueRefunds connection wanted
  when (null due) (refuse WrongState "Nothing of the order is to be given back.")
  forM_ due (Money.settleRefund connection)
  note work "refund-order" (Just wanted) (Text.pack (show (mconcat [amount | Due {amount} <- due])))
  order <- readOrder connection wanted
  order <$ forM_ due (\Due {amount, reference} -> giveBack cards reference amount)

readOrder :: Connection -> OrderId -> IO Order
readOrder connection wanted = do
  head <- Db.findOrder connection wanted >>= (`orRefuse` noOrder)
  lines <- Db.orderLines connection wanted
  taxes <- Db.taxesOf connection wanted
  payments <- Money.paymentsOf connection wanted
  fulfilments <- Db.fulfilmentsOf connection wanted
  Balance {settled, back} <- Money.balanceOf connection wanted
  toRefund <- mconcat . map (\Due {amount} -> amount) <$> Money.dueRefunds connection wanted
  pure Order {paid = settled `minus` (back `minus` toRefund), ..}
