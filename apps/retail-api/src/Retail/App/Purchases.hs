-- | Ordering from suppliers, and receiving what was ordered.
module Retail.App.Purchases
  ( readOrder,
    addOrder,
    editOrder,
    placeOrder,
    cancelOrder,
    receiveGoods,
  )
where

import Control.Monad (unless, when)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Text qualified as Text
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Env
import Retail.App.Goods
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Purchase
import Retail.Contract.Transfer (GoodsLine (..))
import Retail.Contract.Wire (enumText)
import Retail.Db.Purchase qualified as Db
import Retail.Db.Stock (Movement (..), book)
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.PurchaseOrder hiding (received)
import Retail.Domain.PurchaseOrder qualified as Domain
import Retail.Domain.Quantity
import Retail.Domain.Role (Permission (..))
import Prelude hiding (head, lines)

readOrder :: Connection -> Id "purchase-order" -> IO PurchaseOrder
readOrder connection wanted = do
  head <- Db.findOrder connection wanted >>= (`orRefuse` noOrder)
  lines <- Db.linesOf connection wanted
  pure PurchaseOrder {..}

noOrder :: (Code, Text)
noOrder = (NotFound, "There is no such purchase order.")

addOrder :: Work -> NewPurchaseOrder -> IO PurchaseOrder
addOrder work@Work {connection, actor = actor@Actor {staff}} new@NewPurchaseOrder {..} = do
  requireAt actor OrderGoods locationId
  Supplier {archived} <- Db.findSupplier connection supplierId >>= (`orRefuse` (UnknownReference, "There is no such supplier."))
  when archived (refuse InvalidValue "The supplier is archived.")
  total <- checkLines connection lines
  let order = freshId work "purchase-order"
  Db.addOrder connection order staff new total
  readOrder connection order

editOrder :: Work -> Id "purchase-order" -> EditPurchaseOrder -> IO PurchaseOrder
editOrder work@Work {connection} wanted EditPurchaseOrder {lines, version = edited} = do
  PurchaseOrderHead {state, version} <- locked work OrderGoods wanted
  unless (state == Draft) (refuse WrongState "Only a draft can be changed.")
  unchanged "purchase order" version edited
  total <- checkLines connection lines
  Db.replaceLines connection wanted lines total
  readOrder connection wanted

-- | What they cost together.
checkLines :: Connection -> [PurchaseItem] -> IO Money
checkLines connection lines = do
  checkGoods connection [(variantId, (`fitsUnit` quantity)) | PurchaseItem {..} <- lines]
  when (or [isNegative cost | PurchaseItem {cost} <- lines]) (refuse InvalidValue "A cost is not negative.")
  orderTotal [(quantity, cost) | PurchaseItem {..} <- lines] `orRefuse` (TotalTooLarge, "The order is for more than an amount may be.")

-- | The order, locked, if the actor may do this where it goes.
locked :: Work -> Permission -> Id "purchase-order" -> IO PurchaseOrderHead
locked Work {connection, actor} permission wanted = do
  order@PurchaseOrderHead {locationId} <- Db.lockOrder connection wanted >>= (`orRefuse` noOrder)
  order <$ requireAt actor permission locationId

moved :: PurchaseState -> PurchaseAction -> IO PurchaseState
moved state action =
  move state action `orRefuse` wrongStep "A purchase order" (enumText state) (enumText action)

placeOrder :: Work -> Id "purchase-order" -> IO PurchaseOrder
placeOrder work@Work {connection} wanted = do
  PurchaseOrderHead {state, total} <- locked work OrderGoods wanted
  Db.setState connection wanted =<< moved state Place
  note work "place-order" (Just wanted) (Text.pack (show total))
  readOrder connection wanted

-- | Nothing more is expected; what was received stays.
cancelOrder :: Work -> Id "purchase-order" -> IO PurchaseOrder
cancelOrder work@Work {connection} wanted = do
  PurchaseOrderHead {state} <- locked work OrderGoods wanted
  Db.setState connection wanted =<< moved state Cancel
  note work "cancel-order" (Just wanted) (enumText state)
  readOrder connection wanted

-- | Receipt, order, stock and last cost, together or not at all.
receiveGoods :: Work -> Id "purchase-order" -> NewGoodsReceipt -> IO PurchaseOrder
receiveGoods work@Work {connection, actor = Actor {staff}} wanted NewGoodsReceipt {lines, excess} = do
  order@PurchaseOrderHead {state, locationId} <- locked work ReceiveGoods wanted
  checkGoods connection [(variantId, (`fitsUnit` quantity)) | GoodsLine {..} <- lines]
  -- Refused before the lines are looked at, if the state takes no goods at all.
  _ <- moved state ReceivePart
  ordered <- Db.linesOf connection wanted
  let before = Map.fromList [(variantId, line) | line@PurchaseOrderLine {variantId} <- ordered]
  received <- traverse (receivedInto before) lines
  let after = Map.fromList [(variantId, line) | (GoodsLine {variantId}, _, line) <- received] <> fmap bookOf before
      receipt = freshId work "goods-receipt"
  Db.addReceipt connection receipt staff order [(line, cost) | (line, cost, _) <- received]
  Db.setState connection wanted =<< moved state (receiving (Map.elems after))
  _ <- book connection staff (Just receipt) [("receipt", Movement {variant = variantId, location = locationId, change = thousandths quantity}) | GoodsLine {..} <- lines]
  when excess (note work "receive-more" (Just wanted) "")
  readOrder connection wanted
  where
    bookOf PurchaseOrderLine {quantity, received} = OrderedLine {ordered = quantity, Domain.received = toInteger received}
    receivedInto before line@GoodsLine {variantId, quantity} = do
      known@PurchaseOrderLine {sku, cost} <- Map.lookup variantId before `orRefuse` (UnknownReference, "The order has no line of that variant.")
      taken <-
        takeIn (if excess then Accepted else Refused) quantity (bookOf known)
          `orRefuse` (ReceiptTooLarge, "Of " <> sku <> " less than that is outstanding. Say excess to receive it all the same.")
      pure (line, cost, taken)
