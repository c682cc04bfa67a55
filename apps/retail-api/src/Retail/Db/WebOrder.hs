-- | Web orders, their lines, and what was handed out of them.
module Retail.Db.WebOrder
  ( addOrder,
    replaceLines,
    findOrder,
    lockOrder,
    lapse,
    skimExpired,
    listOrders,
    listOpenOrders,
    setState,
    placed,
    cartOf,
    orderLines,
    taxesOf,
    HeldLine (..),
    heldLines,
    addFulfilment,
    fulfilmentsOf,
  )
where

import Control.Monad (forM_, void)
import Data.Int (Int64)
import Data.Map.Strict qualified as Map
import Data.Maybe (fromMaybe, isNothing)
import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple
import Retail.Contract.Sale (Cart, Discount)
import Retail.Contract.Till (TaxSum)
import Retail.Contract.WebOrder
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Sale (Sold, addLinesTo, cartIn, discountFields, lineColumns)
import Retail.Domain.Id
import Retail.Domain.Quantity
import Retail.Domain.WebOrder (OrderState)

type OrderId = Id "web-order"

addOrder :: Connection -> OrderHead -> Id "staff" -> Maybe Discount -> [Sold] -> IO ()
addOrder connection OrderHead {..} staff discount sold = do
  void $
    execute
      connection
      "insert into web_order (id, location, state, delivery, customer, email, address, amount, reduction, net, tax, total, discount_percent, discount_amount, staff, created_at) \
      \values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      ((orderId, locationId, state, delivery, customer, email, address) :. (amount, reduction, net, tax, total) :. discountFields discount :. (staff, createdAt))
  addLinesTo "order_line (web_order" connection orderId sold

-- | Other lines and totals for a draft.
replaceLines :: Connection -> OrderHead -> Maybe Discount -> [Sold] -> IO ()
replaceLines connection OrderHead {..} discount sold = do
  void $
    execute
      connection
      "update web_order set amount = ?, reduction = ?, net = ?, tax = ?, total = ?, discount_percent = ?, discount_amount = ?, version = version + 1 where id = ?"
      ((amount, reduction, net, tax, total) :. discountFields discount :. Only orderId)
  void (execute connection "delete from order_line where web_order = ?" [orderId])
  addLinesTo "order_line (web_order" connection orderId sold

-- | An order that was not paid in time has expired, whether or not somebody has noticed.
headColumns :: Query
headColumns =
  "select id, location, case when state = 'placed' and expires_at <= now() then 'expired' else state end, \
  \delivery, customer, email, address, amount, reduction, net, tax, total, created_at, placed_at, expires_at, paid_at, version from web_order "

findOrder, lockOrder :: Connection -> OrderId -> IO (Maybe OrderHead)
findOrder connection order = one <$> query connection (headColumns <> "where id = ?") [order]
lockOrder connection order = one <$> query connection (headColumns <> "where id = ? for update") [order]

-- | Notices that a locked order has expired; says whether that was new.
lapse :: Connection -> OrderId -> IO Bool
lapse connection order =
  (== (1 :: Int64)) <$> execute connection "update web_order set state = 'expired', version = version + 1 where id = ? and state = 'placed' and expires_at <= now()" [order]

-- | Locks the order if it has expired unnoticed and nobody else is at it.
skimExpired :: Connection -> OrderId -> IO Bool
skimExpired connection order = do
  rows <- query connection "select true from web_order where id = ? and state = 'placed' and expires_at <= now() for update skip locked" [order]
  pure (not (null (rows :: [Only Bool])))

-- | The newest first, after the given one.
listOrders :: Connection -> Maybe [Id "location"] -> Maybe OrderId -> Int -> IO [OrderHead]
listOrders connection places after limit =
  query
    connection
    ( headColumns
        <> "where (? or location in ?) and (?::uuid is null or (created_at, id) < (select created_at, id from web_order where id = ?)) \
           \order by created_at desc, id desc limit ?"
    )
    (isNothing places, In (fromMaybe [] places), after, after, limit)

-- | What a location has to hand out, or waits to be paid for; the oldest first.
listOpenOrders :: Connection -> Id "location" -> Maybe OrderId -> Int -> IO [OrderHead]
listOpenOrders connection location after limit =
  query
    connection
    ( headColumns
        <> "where location = ? and state in ('placed', 'paid', 'part-fulfilled') and (state <> 'placed' or expires_at > now()) \
           \and (?::uuid is null or (placed_at, id) > (select placed_at, id from web_order where id = ?)) order by placed_at, id limit ?"
    )
    (location, after, after, limit)

setState :: Connection -> OrderId -> OrderState -> IO ()
setState connection order state =
  void $
    execute
      connection
      "update web_order set state = ?, paid_at = case when ? = 'paid' then now() else paid_at end, version = version + 1 where id = ?"
      (state, state, order)

-- | Until when it has to be paid, given so many minutes.
placed :: Connection -> OrderId -> Int -> IO UTCTime
placed connection order minutes =
  fromOnly
    <$> ( justOne
            =<< query
              connection
              "update web_order set state = 'placed', placed_at = now(), expires_at = now() + make_interval(mins => ?), version = version + 1 where id = ? returning expires_at"
              (minutes, order)
        )

cartOf :: Connection -> OrderId -> IO Cart
cartOf = cartIn "web_order" "order_line where web_order"

orderLines :: Connection -> OrderId -> IO [OrderLine]
orderLines connection order = do
  rows <- query connection ("select position, fulfilled, " <> lineColumns <> " from order_line where web_order = ? order by position") [order]
  pure [OrderLine {..} | (position, fulfilled) :. line <- rows]

taxesOf :: Connection -> OrderId -> IO [TaxSum]
taxesOf connection order =
  query connection "select rate, sum(net), sum(tax) from order_line where web_order = ? group by rate order by rate" [order]

-- | What is to be handed out of a line, in thousandths.
data HeldLine = HeldLine {position :: Int, variantId :: Id "variant", quantity :: Quantity, outstanding :: Integer, tracked :: Bool}

heldLines :: Connection -> OrderId -> IO [HeldLine]
heldLines connection order = do
  rows <- query connection "select position, variant, quantity, quantity - fulfilled, tracked from order_line where web_order = ? order by position" [order]
  pure [HeldLine {..} | (position, variantId, quantity, outstanding, tracked) <- rows]

addFulfilment :: Connection -> Id "fulfilment" -> OrderId -> Id "staff" -> NewFulfilment -> IO ()
addFulfilment connection fulfilment order staff NewFulfilment {..} = do
  void (execute connection "insert into fulfilment (id, web_order, staff, tracking) values (?, ?, ?, ?)" (fulfilment, order, staff, tracking))
  forM_ lines $ \FulfilledLine {..} -> do
    void (execute connection "insert into fulfilment_line (fulfilment, web_order, position, quantity) values (?, ?, ?, ?)" (fulfilment, order, position, quantity))
    void (execute connection "update order_line set fulfilled = fulfilled + ? where web_order = ? and position = ?" (quantity, order, position))

fulfilmentsOf :: Connection -> OrderId -> IO [Fulfilment]
fulfilmentsOf connection order = do
  rows <- query connection "select id, at, tracking from fulfilment where web_order = ? order by at, id" [order]
  handed <- query connection "select fulfilment, position, quantity from fulfilment_line where web_order = ? order by position" [order]
  let linesOf = Map.fromListWith (flip (<>)) [(fulfilment, [line]) | Only fulfilment :. line <- handed]
  pure [Fulfilment {lines = Map.findWithDefault [] fulfilmentId linesOf, ..} | (fulfilmentId, at, tracking :: Maybe Text) <- rows]
