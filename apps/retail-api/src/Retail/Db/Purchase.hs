-- | Suppliers, orders from them, and what was received.
module Retail.Db.Purchase
  ( listSuppliers,
    addSupplier,
    findSupplier,
    editSupplier,
    addOrder,
    replaceLines,
    findOrder,
    lockOrder,
    listOrders,
    linesOf,
    setState,
    addReceipt,
    listReceipts,
  )
where

import Control.Monad (void)
import Data.List (sortOn)
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Contract.Purchase
import Retail.Contract.Transfer (GoodsLine (..))
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.PurchaseOrder (PurchaseState (..))
import Prelude hiding (lines)

type Organisation = Id "organisation"

-- | By name, after the given one.
listSuppliers :: Database -> Organisation -> Maybe Text -> Int -> IO [Supplier]
listSuppliers database organisation after limit =
  readTenant
    database
    organisation
    "select id, name, contact, archived, version from supplier where ?::text is null or name > ? order by name limit ?"
    (after, after, limit)

addSupplier :: Connection -> Id "supplier" -> NewSupplier -> IO ()
addSupplier connection supplier NewSupplier {..} =
  void (execute connection "insert into supplier (id, name, contact) values (?, ?, ?)" (supplier, name, contact))

findSupplier :: Connection -> Id "supplier" -> IO (Maybe Supplier)
findSupplier connection supplier =
  one <$> query connection "select id, name, contact, archived, version from supplier where id = ?" [supplier]

-- | The supplier as it is now, or nothing if there is none of that version.
editSupplier :: Connection -> Id "supplier" -> EditSupplier -> IO (Maybe Supplier)
editSupplier connection supplier EditSupplier {..} =
  one
    <$> query
      connection
      "update supplier set name = ?, contact = ?, archived = ?, version = version + 1 \
      \where id = ? and version = ? returning id, name, contact, archived, version"
      (name, contact, archived, supplier, version)

addOrder :: Connection -> Id "purchase-order" -> Id "staff" -> NewPurchaseOrder -> Money -> IO ()
addOrder connection order staff NewPurchaseOrder {..} total = do
  void $
    execute
      connection
      "insert into purchase_order (id, supplier, location, total, staff) values (?, ?, ?, ?, ?)"
      (order, supplierId, locationId, total, staff)
  addLines connection order lines

replaceLines :: Connection -> Id "purchase-order" -> [PurchaseItem] -> Money -> IO ()
replaceLines connection order lines total = do
  void (execute connection "update purchase_order set total = ?, version = version + 1 where id = ?" (total, order))
  void (execute connection "delete from purchase_order_line where purchase_order = ?" [order])
  addLines connection order lines

addLines :: Connection -> Id "purchase-order" -> [PurchaseItem] -> IO ()
addLines connection order lines =
  void $
    executeMany
      connection
      "insert into purchase_order_line (purchase_order, variant, quantity, cost) values (?, ?, ?, ?)"
      [(order, variantId, quantity, cost) | PurchaseItem {..} <- lines]

headColumns :: Query
headColumns =
  "select purchase_order.id, supplier, supplier.name, location, state, total, created_at, ordered_at, purchase_order.version \
  \from purchase_order join supplier on supplier.id = supplier "

findOrder :: Connection -> Id "purchase-order" -> IO (Maybe PurchaseOrderHead)
findOrder connection order = one <$> query connection (headColumns <> "where purchase_order.id = ?") [order]

lockOrder :: Connection -> Id "purchase-order" -> IO (Maybe PurchaseOrderHead)
lockOrder connection order = one <$> query connection (headColumns <> "where purchase_order.id = ? for update of purchase_order") [order]

-- | For a location, the newest first, after the given one.
listOrders :: Database -> Organisation -> Id "location" -> Maybe (Id "purchase-order") -> Int -> IO [PurchaseOrderHead]
listOrders database organisation location after limit =
  readTenant
    database
    organisation
    ( headColumns
        <> "where location = ? and (?::uuid is null or (created_at, purchase_order.id) < (select created_at, id from purchase_order where id = ?)) \
           \order by created_at desc, purchase_order.id desc limit ?"
    )
    (location, after, after, limit)

linesOf :: Connection -> Id "purchase-order" -> IO [PurchaseOrderLine]
linesOf connection order =
  query
    connection
    "select variant, sku, name, quantity, cost, received from purchase_order_line join variant on variant.id = variant \
    \where purchase_order = ? order by sku"
    [order]

setState :: Connection -> Id "purchase-order" -> PurchaseState -> IO ()
setState connection order state =
  void $
    execute
      connection
      "update purchase_order set state = ?, version = version + 1, ordered_at = case when ? then now() else ordered_at end where id = ?"
      (state, state == Ordered, order)

-- | The receipt, what the order's lines have received with it, and what a unit costs now. Costs are locked in one
-- order.
addReceipt :: Connection -> Id "goods-receipt" -> Id "staff" -> PurchaseOrderHead -> [(GoodsLine, Money)] -> IO ()
addReceipt connection receipt staff PurchaseOrderHead {purchaseOrderId, supplierId} received = do
  void (execute connection "insert into goods_receipt (id, purchase_order, staff) values (?, ?, ?)" (receipt, purchaseOrderId, staff))
  void $
    executeMany
      connection
      "insert into goods_receipt_line (receipt, variant, quantity) values (?, ?, ?)"
      [(receipt, variantId, quantity) | (GoodsLine {..}, _) <- received]
  void $
    execute
      connection
      "update purchase_order_line set received = received + goods_receipt_line.quantity from goods_receipt_line \
      \where receipt = ? and purchase_order = ? and goods_receipt_line.variant = purchase_order_line.variant"
      (receipt, purchaseOrderId)
  void $
    executeMany
      connection
      "insert into variant_cost (variant, cost, supplier) values (?, ?, ?) \
      \on conflict (organisation, variant) do update set cost = excluded.cost, supplier = excluded.supplier, at = excluded.at"
      (sortOn (\(variant, _, _) -> variant) [(variantId, cost, supplierId) | (GoodsLine {variantId}, cost) <- received])

-- | Of an order, the oldest first, after the given line.
listReceipts :: Database -> Organisation -> Id "purchase-order" -> Maybe (Id "goods-receipt", Text) -> Int -> IO [ReceivedGoods]
listReceipts database organisation order after limit =
  readTenant
    database
    organisation
    "select goods_receipt.id, at, variant, sku, quantity from goods_receipt \
    \join goods_receipt_line on receipt = goods_receipt.id join variant on variant.id = variant \
    \where purchase_order = ? and (?::uuid is null or (at, goods_receipt.id, sku) > ((select at from goods_receipt where id = ?), ?, ?)) \
    \order by at, goods_receipt.id, sku limit ?"
    (order, fst <$> after, fst <$> after, fst <$> after, snd <$> after, limit)
