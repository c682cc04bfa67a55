{-# LANGUAGE DeriveAnyClass #-}

-- | Sales, their lines and payments, and refunds.
module Retail.Db.Sale
  ( addSale,
    replaceLines,
    findSale,
    lockSale,
    listSales,
    setState,
    completeSale,
    cartOf,
    linesOf,
    taxesOf,
    paymentsOf,
    addPayments,
    addLinesTo,
    cartIn,
    lineColumns,
    discountFields,
    addRefusedPayments,
    SoldLine (..),
    soldLines,
    cardPayment,
    addRefund,
    Sold (..),
  )
where

import Control.Monad (void)
import Data.Maybe (isNothing)
import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple
import GHC.Generics (Generic)
import Retail.Contract.Sale
import Retail.Contract.Till (TaxSum)
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity
import Retail.Domain.Sale (SaleState)
import Retail.Domain.Tender (Method)

-- | A priced line, as it was asked for, and whether its stock is kept.
data Sold = Sold {line :: PricedLine, asked :: CartLine, tracked :: Bool}

addSale :: Connection -> SaleHead -> Id "staff" -> Maybe Discount -> [Sold] -> IO ()
addSale connection SaleHead {..} staff discount sold = do
  void $
    execute
      connection
      "insert into sale (id, till, session, state, amount, reduction, net, tax, total, discount_percent, discount_amount, staff, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      ((saleId, tillId, tillSessionId, state, amount, reduction, net, tax, total) :. discountFields discount :. (staff, createdAt))
  addLines connection saleId sold

-- | Other lines and totals for a sale that is open.
replaceLines :: Connection -> SaleHead -> Maybe Discount -> [Sold] -> IO ()
replaceLines connection SaleHead {..} discount sold = do
  void $
    execute
      connection
      "update sale set amount = ?, reduction = ?, net = ?, tax = ?, total = ?, discount_percent = ?, discount_amount = ?, version = version + 1 where id = ?"
      ((amount, reduction, net, tax, total) :. discountFields discount :. Only saleId)
  void (execute connection "delete from sale_line where sale = ?" [saleId])
  addLines connection saleId sold

addLines :: Connection -> Id "sale" -> [Sold] -> IO ()
addLines = addLinesTo "sale_line (sale"

-- | Into a table of lines, named with its column for the document.
addLinesTo :: Query -> Connection -> Id document -> [Sold] -> IO ()
addLinesTo table connection document sold =
  void $
    executeMany
      connection
      ( "insert into " <> table
          <> ", position, variant, sku, name, quantity, unit_price, rate, amount, reduction, net, tax, total, tracked, code, discount_percent, discount_amount) \
             \values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      )
      [ (document, position, variantId, sku, name, quantity, unitPrice, rate) :. (amount, reduction, net, tax, total, tracked, code) :. discountFields discount
        | (position, Sold {line = PricedLine {..}, asked = CartLine {code, discount}, tracked}) <- zip [1 :: Int ..] sold
      ]

discountFields :: Maybe Discount -> (Maybe BasisPoints, Maybe Money)
discountFields = maybe (Nothing, Nothing) (\Discount {percent, amount} -> (percent, amount))

discountOf :: (Maybe BasisPoints, Maybe Money) -> Maybe Discount
discountOf (percent, amount)
  | isNothing percent && isNothing amount = Nothing
  | otherwise = Just Discount {percent, amount}

-- | The cart as it was asked for.
cartOf :: Connection -> Id "sale" -> IO Cart
cartOf = cartIn "sale" "sale_line where sale"

-- | From a table of documents and one of lines, named with its column for the document.
cartIn :: Query -> Query -> Connection -> Id document -> IO Cart
cartIn documents table connection document = do
  (currency, percent, amount) <- justOne =<< query connection ("select currency, discount_percent, discount_amount from " <> documents <> " one, organisation where one.id = ?") [document]
  rows <- query connection ("select variant, quantity, code, discount_percent, discount_amount from " <> table <> " = ? order by position") [document]
  pure
    Cart
      { currency,
        lines = [CartLine {discount = discountOf off, ..} | (variantId, quantity, code) :. off <- rows],
        discount = discountOf (percent, amount)
      }

headColumns :: Query
headColumns =
  "select id, till, session, state, receipt, amount, reduction, net, tax, total, rounding, change, created_at, completed_at, version from sale "

findSale :: Connection -> Id "sale" -> IO (Maybe SaleHead)
findSale connection sale = one <$> query connection (headColumns <> "where id = ?") [sale]

lockSale :: Connection -> Id "sale" -> IO (Maybe SaleHead)
lockSale connection sale = one <$> query connection (headColumns <> "where id = ? for update") [sale]

-- | The session's sales, the oldest first, after the given one.
listSales :: Connection -> Id "till-session" -> Maybe (Id "sale") -> Int -> IO [SaleHead]
listSales connection session after limit =
  query
    connection
    ( headColumns
        <> "where session = ? and (?::uuid is null or (created_at, id) > (select created_at, id from sale where id = ?)) \
           \order by created_at, id limit ?"
    )
    (session, after, after, limit)

setState :: Connection -> Id "sale" -> SaleState -> IO ()
setState connection sale state =
  void (execute connection "update sale set state = ?, version = version + 1 where id = ?" (state, sale))

completeSale :: Connection -> Id "sale" -> Int -> (Money, Money) -> UTCTime -> IO ()
completeSale connection sale receipt (rounding, change) now =
  void $
    execute
      connection
      "update sale set state = 'completed', receipt = ?, rounding = ?, change = ?, completed_at = ?, version = version + 1 where id = ?"
      (receipt, rounding, change, now, sale)

linesOf :: Connection -> Id "sale" -> IO [PricedLine]
linesOf connection sale = query connection ("select " <> lineColumns <> " from sale_line where sale = ? order by position") [sale]

lineColumns :: Query
lineColumns = "variant, sku, name, quantity, unit_price, rate, amount, reduction, net, tax, total"

taxesOf :: Connection -> Id "sale" -> IO [TaxSum]
taxesOf connection sale =
  query connection "select rate, sum(net), sum(tax) from sale_line where sale = ? group by rate order by rate" [sale]

paymentsOf :: Connection -> Id "sale" -> IO [Payment]
paymentsOf connection sale =
  query connection "select id, method, amount, state from payment where sale = ? order by at, id" [sale]

-- | Payments and the provider's references of those that have one.
addPayments :: Connection -> Id "sale" -> Id "till-session" -> [(Payment, Maybe Text)] -> IO ()
addPayments = insertPayments ""

-- | They may have been remembered already, when the same was asked before.
addRefusedPayments :: Connection -> Id "sale" -> Id "till-session" -> [Payment] -> IO ()
addRefusedPayments connection sale session = insertPayments " on conflict do nothing" connection sale session . map (,Nothing)

insertPayments :: Query -> Connection -> Id "sale" -> Id "till-session" -> [(Payment, Maybe Text)] -> IO ()
insertPayments conflict connection sale session payments =
  void $
    executeMany
      connection
      ("insert into payment (id, sale, session, method, amount, state, provider_reference) values (?, ?, ?, ?, ?, ?, ?)" <> conflict)
      [(paymentId, sale, session, method, amount, state, provider) | (Payment {..}, provider) <- payments]

-- | A line of a sale, and how much of it was given back already, in thousandths.
data SoldLine = SoldLine
  { position :: Int,
    variantId :: Id "variant",
    quantity :: Quantity,
    net :: Money,
    total :: Money,
    tracked :: Bool,
    returned :: Int
  }
  deriving stock (Generic)
  deriving anyclass (FromRow)

soldLines :: Connection -> Id "sale" -> IO [SoldLine]
soldLines connection sale =
  query
    connection
    "select position, variant, quantity, net, total, tracked, \
    \coalesce((select sum(quantity)::bigint from refund_line where refund_line.sale = sale_line.sale and refund_line.position = sale_line.position), 0) \
    \from sale_line where sale = ? order by position"
    [sale]

-- | A settled card payment of the sale: what of it was not given back yet, and the provider's reference.
cardPayment :: Connection -> Id "sale" -> Id "payment" -> IO (Maybe (Money, Text))
cardPayment connection sale payment =
  one
    <$> query
      connection
      "select amount - coalesce((select sum(total) from refund where refund.payment = payment.id), 0), provider_reference \
      \from payment where sale = ? and id = ? and method = 'card' and state = 'settled' and provider_reference is not null"
      (sale, payment)

-- | With its lines: position, quantity, net, tax, total, and whether the goods went back to stock.
addRefund :: Connection -> Refund -> Id "till" -> Id "staff" -> Maybe (Id "payment") -> [(Int, Quantity, Money, Money, Money, Bool)] -> IO ()
addRefund connection Refund {..} till staff payment refunded = do
  void $
    execute
      connection
      "insert into refund (id, sale, till, session, receipt, method, payment, net, tax, total, rounding, staff) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      ((refundId, saleId, till, tillSessionId, receipt) :. (method :: Method, payment, net, tax, total, rounding, staff))
  void $
    executeMany
      connection
      "insert into refund_line (refund, sale, position, quantity, net, tax, total, restocked) values (?, ?, ?, ?, ?, ?, ?, ?)"
      [(refundId, saleId, position, quantity, net, tax, total, restocked) | (position, quantity, net, tax, total, restocked) <- refunded]
