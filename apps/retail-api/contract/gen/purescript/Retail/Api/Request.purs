-- Made by `retail-api generate` from the type of the API. Do not edit.
module Retail.Api.Request where

import Prelude ((<$>), (<>))
import Prelude as Prelude

import Data.Argonaut.Core (Json)
import Data.Array (catMaybes)
import Data.Codec.Argonaut as CA
import Data.Maybe (Maybe(..), fromMaybe)
import Data.Number.Format (toString)
import Data.String (joinWith)
import JSURI (encodeURIComponent)
import Retail.Api.Codec
import Retail.Api.Types

-- | What to send. `once` asks for an Idempotency-Key, the same for each try.
type Request answer =
  { method :: String
  , path :: String
  , once :: Boolean
  , body :: Maybe Json
  , answer :: Maybe (CA.JsonCodec answer)
  }

query :: Array (Maybe String) -> String
query given = case catMaybes given of
  [] -> ""
  parts -> "?" <> joinWith "&" parts

escaped :: String -> String
escaped text = fromMaybe "" (encodeURIComponent text)

logIn :: Login -> Request Me
logIn body =
  { method: "POST"
  , path: "/login"
  , once: false
  , body: Just (CA.encode loginCodec body)
  , answer: Just meCodec
  }

me :: Request Me
me =
  { method: "GET"
  , path: "/me"
  , once: false
  , body: Nothing
  , answer: Just meCodec
  }

logOut :: Request Prelude.Unit
logOut =
  { method: "POST"
  , path: "/logout"
  , once: false
  , body: Nothing
  , answer: Nothing
  }

switch :: PinLogin -> Request Me
switch body =
  { method: "POST"
  , path: "/pin"
  , once: false
  , body: Just (CA.encode pinLoginCodec body)
  , answer: Just meCodec
  }

listStaff :: Request (Array StaffMember)
listStaff =
  { method: "GET"
  , path: "/staff"
  , once: false
  , body: Nothing
  , answer: Just (CA.array staffMemberCodec)
  }

addStaff :: NewStaff -> Request StaffMember
addStaff body =
  { method: "POST"
  , path: "/staff"
  , once: true
  , body: Just (CA.encode newStaffCodec body)
  , answer: Just staffMemberCodec
  }

audit :: { after :: Maybe String, limit :: Maybe Number } -> Request PageOfAuditEntry
audit wanted =
  { method: "GET"
  , path: "/audit" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfAuditEntryCodec
  }

listTaxCategories :: Request (Array TaxCategory)
listTaxCategories =
  { method: "GET"
  , path: "/tax-categories"
  , once: false
  , body: Nothing
  , answer: Just (CA.array taxCategoryCodec)
  }

addTaxCategory :: NewTaxCategory -> Request TaxCategory
addTaxCategory body =
  { method: "POST"
  , path: "/tax-categories"
  , once: true
  , body: Just (CA.encode newTaxCategoryCodec body)
  , answer: Just taxCategoryCodec
  }

addTaxRate :: TaxCategoryId -> NewTaxRate -> Request NewTaxRate
addTaxRate (TaxCategoryId taxCategory) body =
  { method: "POST"
  , path: "/tax-categories" <> "/" <> escaped taxCategory <> "/rates"
  , once: true
  , body: Just (CA.encode newTaxRateCodec body)
  , answer: Just newTaxRateCodec
  }

listProducts :: { after :: Maybe String, limit :: Maybe Number } -> Request PageOfProduct
listProducts wanted =
  { method: "GET"
  , path: "/products" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfProductCodec
  }

addProduct :: NewProduct -> Request Product
addProduct body =
  { method: "POST"
  , path: "/products"
  , once: true
  , body: Just (CA.encode newProductCodec body)
  , answer: Just productCodec
  }

editProduct :: ProductId -> EditProduct -> Request Product
editProduct (ProductId product) body =
  { method: "PUT"
  , path: "/products" <> "/" <> escaped product
  , once: true
  , body: Just (CA.encode editProductCodec body)
  , answer: Just productCodec
  }

listVariants :: ProductId -> Request (Array Variant)
listVariants (ProductId product) =
  { method: "GET"
  , path: "/products" <> "/" <> escaped product <> "/variants"
  , once: false
  , body: Nothing
  , answer: Just (CA.array variantCodec)
  }

addVariant :: ProductId -> NewVariant -> Request Variant
addVariant (ProductId product) body =
  { method: "POST"
  , path: "/products" <> "/" <> escaped product <> "/variants"
  , once: true
  , body: Just (CA.encode newVariantCodec body)
  , answer: Just variantCodec
  }

searchVariants :: { search :: Maybe String, after :: Maybe String, limit :: Maybe Number } -> Request PageOfListedVariant
searchVariants wanted =
  { method: "GET"
  , path: "/variants" <> query [ (\value -> "search=" <> escaped value) <$> wanted.search, (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfListedVariantCodec
  }

readVariant :: VariantId -> Request Variant
readVariant (VariantId variant) =
  { method: "GET"
  , path: "/variants" <> "/" <> escaped variant
  , once: false
  , body: Nothing
  , answer: Just variantCodec
  }

editVariant :: VariantId -> EditVariant -> Request Variant
editVariant (VariantId variant) body =
  { method: "PUT"
  , path: "/variants" <> "/" <> escaped variant
  , once: true
  , body: Just (CA.encode editVariantCodec body)
  , answer: Just variantCodec
  }

listBarcodes :: VariantId -> Request (Array Barcode)
listBarcodes (VariantId variant) =
  { method: "GET"
  , path: "/variants" <> "/" <> escaped variant <> "/barcodes"
  , once: false
  , body: Nothing
  , answer: Just (CA.array barcodeCodec)
  }

addBarcode :: VariantId -> Barcode -> Request Barcode
addBarcode (VariantId variant) body =
  { method: "POST"
  , path: "/variants" <> "/" <> escaped variant <> "/barcodes"
  , once: true
  , body: Just (CA.encode barcodeCodec body)
  , answer: Just barcodeCodec
  }

scanBarcode :: String -> Request Scan
scanBarcode code =
  { method: "GET"
  , path: "/barcodes" <> "/" <> escaped code
  , once: false
  , body: Nothing
  , answer: Just scanCodec
  }

listLocations :: Request (Array Location)
listLocations =
  { method: "GET"
  , path: "/locations"
  , once: false
  , body: Nothing
  , answer: Just (CA.array locationCodec)
  }

addLocation :: NewLocation -> Request Location
addLocation body =
  { method: "POST"
  , path: "/locations"
  , once: true
  , body: Just (CA.encode newLocationCodec body)
  , answer: Just locationCodec
  }

listLevels :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfStockLevel
listLevels (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/stock" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfStockLevelCodec
  }

listMovements :: VariantId -> { limit :: Maybe Number } -> Request (Array StockMovement)
listMovements (VariantId variant) wanted =
  { method: "GET"
  , path: "/variants" <> "/" <> escaped variant <> "/movements" <> query [ (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just (CA.array stockMovementCodec)
  }

changeStock :: StockChange -> Request StockChange
changeStock body =
  { method: "POST"
  , path: "/stock-changes"
  , once: true
  , body: Just (CA.encode stockChangeCodec body)
  , answer: Just stockChangeCodec
  }

listTransfers :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfTransferHead
listTransfers (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/transfers" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfTransferHeadCodec
  }

addTransfer :: NewTransfer -> Request Transfer
addTransfer body =
  { method: "POST"
  , path: "/transfers"
  , once: true
  , body: Just (CA.encode newTransferCodec body)
  , answer: Just transferCodec
  }

readTransfer :: TransferId -> Request Transfer
readTransfer (TransferId transfer) =
  { method: "GET"
  , path: "/transfers" <> "/" <> escaped transfer
  , once: false
  , body: Nothing
  , answer: Just transferCodec
  }

editTransfer :: TransferId -> EditTransfer -> Request Transfer
editTransfer (TransferId transfer) body =
  { method: "PUT"
  , path: "/transfers" <> "/" <> escaped transfer
  , once: true
  , body: Just (CA.encode editTransferCodec body)
  , answer: Just transferCodec
  }

sendTransfer :: TransferId -> Request Transfer
sendTransfer (TransferId transfer) =
  { method: "POST"
  , path: "/transfers" <> "/" <> escaped transfer <> "/send"
  , once: true
  , body: Nothing
  , answer: Just transferCodec
  }

receiveTransfer :: TransferId -> ReceiveTransfer -> Request Transfer
receiveTransfer (TransferId transfer) body =
  { method: "POST"
  , path: "/transfers" <> "/" <> escaped transfer <> "/receive"
  , once: true
  , body: Just (CA.encode receiveTransferCodec body)
  , answer: Just transferCodec
  }

cancelTransfer :: TransferId -> Request Transfer
cancelTransfer (TransferId transfer) =
  { method: "POST"
  , path: "/transfers" <> "/" <> escaped transfer <> "/cancel"
  , once: true
  , body: Nothing
  , answer: Just transferCodec
  }

listStockTakes :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfStockTake
listStockTakes (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/stock-takes" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfStockTakeCodec
  }

startStockTake :: NewStockTake -> Request StockTake
startStockTake body =
  { method: "POST"
  , path: "/stock-takes"
  , once: true
  , body: Just (CA.encode newStockTakeCodec body)
  , answer: Just stockTakeCodec
  }

readStockTake :: StockTakeId -> Request StockTake
readStockTake (StockTakeId stockTake) =
  { method: "GET"
  , path: "/stock-takes" <> "/" <> escaped stockTake
  , once: false
  , body: Nothing
  , answer: Just stockTakeCodec
  }

listStockTakeLines :: StockTakeId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfStockTakeLine
listStockTakeLines (StockTakeId stockTake) wanted =
  { method: "GET"
  , path: "/stock-takes" <> "/" <> escaped stockTake <> "/lines" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfStockTakeLineCodec
  }

listDifferences :: StockTakeId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfStockTakeLine
listDifferences (StockTakeId stockTake) wanted =
  { method: "GET"
  , path: "/stock-takes" <> "/" <> escaped stockTake <> "/differences" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfStockTakeLineCodec
  }

enterCounts :: StockTakeId -> EnterCounts -> Request (Array StockTakeLine)
enterCounts (StockTakeId stockTake) body =
  { method: "POST"
  , path: "/stock-takes" <> "/" <> escaped stockTake <> "/counts"
  , once: true
  , body: Just (CA.encode enterCountsCodec body)
  , answer: Just (CA.array stockTakeLineCodec)
  }

finishStockTake :: StockTakeId -> Request StockTake
finishStockTake (StockTakeId stockTake) =
  { method: "POST"
  , path: "/stock-takes" <> "/" <> escaped stockTake <> "/finish"
  , once: true
  , body: Nothing
  , answer: Just stockTakeCodec
  }

cancelStockTake :: StockTakeId -> Request StockTake
cancelStockTake (StockTakeId stockTake) =
  { method: "POST"
  , path: "/stock-takes" <> "/" <> escaped stockTake <> "/cancel"
  , once: true
  , body: Nothing
  , answer: Just stockTakeCodec
  }

listSuppliers :: { after :: Maybe String, limit :: Maybe Number } -> Request PageOfSupplier
listSuppliers wanted =
  { method: "GET"
  , path: "/suppliers" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfSupplierCodec
  }

addSupplier :: NewSupplier -> Request Supplier
addSupplier body =
  { method: "POST"
  , path: "/suppliers"
  , once: true
  , body: Just (CA.encode newSupplierCodec body)
  , answer: Just supplierCodec
  }

editSupplier :: SupplierId -> EditSupplier -> Request Supplier
editSupplier (SupplierId supplier) body =
  { method: "PUT"
  , path: "/suppliers" <> "/" <> escaped supplier
  , once: true
  , body: Just (CA.encode editSupplierCodec body)
  , answer: Just supplierCodec
  }

listPurchaseOrders :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfPurchaseOrderHead
listPurchaseOrders (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/purchase-orders" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfPurchaseOrderHeadCodec
  }

addPurchaseOrder :: NewPurchaseOrder -> Request PurchaseOrder
addPurchaseOrder body =
  { method: "POST"
  , path: "/purchase-orders"
  , once: true
  , body: Just (CA.encode newPurchaseOrderCodec body)
  , answer: Just purchaseOrderCodec
  }

readPurchaseOrder :: PurchaseOrderId -> Request PurchaseOrder
readPurchaseOrder (PurchaseOrderId purchaseOrder) =
  { method: "GET"
  , path: "/purchase-orders" <> "/" <> escaped purchaseOrder
  , once: false
  , body: Nothing
  , answer: Just purchaseOrderCodec
  }

editPurchaseOrder :: PurchaseOrderId -> EditPurchaseOrder -> Request PurchaseOrder
editPurchaseOrder (PurchaseOrderId purchaseOrder) body =
  { method: "PUT"
  , path: "/purchase-orders" <> "/" <> escaped purchaseOrder
  , once: true
  , body: Just (CA.encode editPurchaseOrderCodec body)
  , answer: Just purchaseOrderCodec
  }

placePurchaseOrder :: PurchaseOrderId -> Request PurchaseOrder
placePurchaseOrder (PurchaseOrderId purchaseOrder) =
  { method: "POST"
  , path: "/purchase-orders" <> "/" <> escaped purchaseOrder <> "/place"
  , once: true
  , body: Nothing
  , answer: Just purchaseOrderCodec
  }

listGoodsReceipts :: PurchaseOrderId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfReceivedGoods
listGoodsReceipts (PurchaseOrderId purchaseOrder) wanted =
  { method: "GET"
  , path: "/purchase-orders" <> "/" <> escaped purchaseOrder <> "/receipts" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfReceivedGoodsCodec
  }

receiveGoods :: PurchaseOrderId -> NewGoodsReceipt -> Request PurchaseOrder
receiveGoods (PurchaseOrderId purchaseOrder) body =
  { method: "POST"
  , path: "/purchase-orders" <> "/" <> escaped purchaseOrder <> "/receipts"
  , once: true
  , body: Just (CA.encode newGoodsReceiptCodec body)
  , answer: Just purchaseOrderCodec
  }

cancelPurchaseOrder :: PurchaseOrderId -> Request PurchaseOrder
cancelPurchaseOrder (PurchaseOrderId purchaseOrder) =
  { method: "POST"
  , path: "/purchase-orders" <> "/" <> escaped purchaseOrder <> "/cancel"
  , once: true
  , body: Nothing
  , answer: Just purchaseOrderCodec
  }

setReordering :: VariantId -> Reordering -> Request Reordering
setReordering (VariantId variant) body =
  { method: "PUT"
  , path: "/variants" <> "/" <> escaped variant <> "/reordering"
  , once: true
  , body: Just (CA.encode reorderingCodec body)
  , answer: Just reorderingCodec
  }

listReorders :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfReorder
listReorders (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/reorders" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfReorderCodec
  }

listStockValues :: Request (Array StockValue)
listStockValues =
  { method: "GET"
  , path: "/stock-values"
  , once: false
  , body: Nothing
  , answer: Just (CA.array stockValueCodec)
  }

listStockValueLines :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfStockValueLine
listStockValueLines (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/stock-value" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfStockValueLineCodec
  }

listTills :: Request (Array Till)
listTills =
  { method: "GET"
  , path: "/tills"
  , once: false
  , body: Nothing
  , answer: Just (CA.array tillCodec)
  }

addTill :: NewTill -> Request Till
addTill body =
  { method: "POST"
  , path: "/tills"
  , once: true
  , body: Just (CA.encode newTillCodec body)
  , answer: Just tillCodec
  }

listSessions :: { till :: Maybe TillId, after :: Maybe String, limit :: Maybe Number } -> Request PageOfTillSession
listSessions wanted =
  { method: "GET"
  , path: "/till-sessions" <> query [ (\(TillId value) -> "till=" <> escaped value) <$> wanted.till, (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfTillSessionCodec
  }

openTill :: OpenTill -> Request TillSession
openTill body =
  { method: "POST"
  , path: "/till-sessions"
  , once: true
  , body: Just (CA.encode openTillCodec body)
  , answer: Just tillSessionCodec
  }

readSession :: TillSessionId -> Request TillSession
readSession (TillSessionId tillSession) =
  { method: "GET"
  , path: "/till-sessions" <> "/" <> escaped tillSession
  , once: false
  , body: Nothing
  , answer: Just tillSessionCodec
  }

moveCash :: TillSessionId -> CashMovement -> Request TillSession
moveCash (TillSessionId tillSession) body =
  { method: "POST"
  , path: "/till-sessions" <> "/" <> escaped tillSession <> "/cash-movements"
  , once: true
  , body: Just (CA.encode cashMovementCodec body)
  , answer: Just tillSessionCodec
  }

countCash :: TillSessionId -> CountedCash -> Request Report
countCash (TillSessionId tillSession) body =
  { method: "POST"
  , path: "/till-sessions" <> "/" <> escaped tillSession <> "/count"
  , once: true
  , body: Just (CA.encode countedCashCodec body)
  , answer: Just reportCodec
  }

reopen :: TillSessionId -> Request TillSession
reopen (TillSessionId tillSession) =
  { method: "POST"
  , path: "/till-sessions" <> "/" <> escaped tillSession <> "/reopen"
  , once: true
  , body: Nothing
  , answer: Just tillSessionCodec
  }

close :: TillSessionId -> Request Report
close (TillSessionId tillSession) =
  { method: "POST"
  , path: "/till-sessions" <> "/" <> escaped tillSession <> "/close"
  , once: true
  , body: Nothing
  , answer: Just reportCodec
  }

report :: TillSessionId -> Request Report
report (TillSessionId tillSession) =
  { method: "GET"
  , path: "/till-sessions" <> "/" <> escaped tillSession <> "/report"
  , once: false
  , body: Nothing
  , answer: Just reportCodec
  }

priceCart :: Cart -> Request PricedCart
priceCart body =
  { method: "POST"
  , path: "/carts" <> "/price"
  , once: false
  , body: Just (CA.encode cartCodec body)
  , answer: Just pricedCartCodec
  }

startSale :: NewSale -> Request Sale
startSale body =
  { method: "POST"
  , path: "/sales"
  , once: true
  , body: Just (CA.encode newSaleCodec body)
  , answer: Just saleCodec
  }

listSales :: TillSessionId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfSaleHead
listSales (TillSessionId tillSession) wanted =
  { method: "GET"
  , path: "/till-sessions" <> "/" <> escaped tillSession <> "/sales" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfSaleHeadCodec
  }

readSale :: SaleId -> Request Sale
readSale (SaleId sale) =
  { method: "GET"
  , path: "/sales" <> "/" <> escaped sale
  , once: false
  , body: Nothing
  , answer: Just saleCodec
  }

editSale :: SaleId -> EditSale -> Request Sale
editSale (SaleId sale) body =
  { method: "PUT"
  , path: "/sales" <> "/" <> escaped sale
  , once: true
  , body: Just (CA.encode editSaleCodec body)
  , answer: Just saleCodec
  }

park :: SaleId -> Request Sale
park (SaleId sale) =
  { method: "POST"
  , path: "/sales" <> "/" <> escaped sale <> "/park"
  , once: true
  , body: Nothing
  , answer: Just saleCodec
  }

resume :: SaleId -> Request Sale
resume (SaleId sale) =
  { method: "POST"
  , path: "/sales" <> "/" <> escaped sale <> "/resume"
  , once: true
  , body: Nothing
  , answer: Just saleCodec
  }

void :: SaleId -> Request Sale
void (SaleId sale) =
  { method: "POST"
  , path: "/sales" <> "/" <> escaped sale <> "/void"
  , once: true
  , body: Nothing
  , answer: Just saleCodec
  }

complete :: SaleId -> Tenders -> Request Sale
complete (SaleId sale) body =
  { method: "POST"
  , path: "/sales" <> "/" <> escaped sale <> "/complete"
  , once: true
  , body: Just (CA.encode tendersCodec body)
  , answer: Just saleCodec
  }

checkout :: Checkout -> Request Sale
checkout body =
  { method: "POST"
  , path: "/checkouts"
  , once: true
  , body: Just (CA.encode checkoutCodec body)
  , answer: Just saleCodec
  }

refund :: SaleId -> NewRefund -> Request Refund
refund (SaleId sale) body =
  { method: "POST"
  , path: "/sales" <> "/" <> escaped sale <> "/refunds"
  , once: true
  , body: Just (CA.encode newRefundCodec body)
  , answer: Just refundCodec
  }

listOrders :: { after :: Maybe String, limit :: Maybe Number } -> Request PageOfOrderHead
listOrders wanted =
  { method: "GET"
  , path: "/orders" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfOrderHeadCodec
  }

listOpenOrders :: LocationId -> { after :: Maybe String, limit :: Maybe Number } -> Request PageOfOrderHead
listOpenOrders (LocationId location) wanted =
  { method: "GET"
  , path: "/locations" <> "/" <> escaped location <> "/orders" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfOrderHeadCodec
  }

readOrder :: WebOrderId -> Request Order
readOrder (WebOrderId webOrder) =
  { method: "GET"
  , path: "/orders" <> "/" <> escaped webOrder
  , once: false
  , body: Nothing
  , answer: Just orderCodec
  }

startOrder :: NewOrder -> Request Order
startOrder body =
  { method: "POST"
  , path: "/orders"
  , once: true
  , body: Just (CA.encode newOrderCodec body)
  , answer: Just orderCodec
  }

editOrder :: WebOrderId -> EditOrder -> Request Order
editOrder (WebOrderId webOrder) body =
  { method: "PUT"
  , path: "/orders" <> "/" <> escaped webOrder
  , once: true
  , body: Just (CA.encode editOrderCodec body)
  , answer: Just orderCodec
  }

placeOrder :: WebOrderId -> AgreedTotal -> Request Order
placeOrder (WebOrderId webOrder) body =
  { method: "POST"
  , path: "/orders" <> "/" <> escaped webOrder <> "/place"
  , once: true
  , body: Just (CA.encode agreedTotalCodec body)
  , answer: Just orderCodec
  }

cancelOrder :: WebOrderId -> Request Order
cancelOrder (WebOrderId webOrder) =
  { method: "POST"
  , path: "/orders" <> "/" <> escaped webOrder <> "/cancel"
  , once: true
  , body: Nothing
  , answer: Just orderCodec
  }

fulfilOrder :: WebOrderId -> NewFulfilment -> Request Order
fulfilOrder (WebOrderId webOrder) body =
  { method: "POST"
  , path: "/orders" <> "/" <> escaped webOrder <> "/fulfilments"
  , once: true
  , body: Just (CA.encode newFulfilmentCodec body)
  , answer: Just orderCodec
  }

refundOrder :: WebOrderId -> Request Order
refundOrder (WebOrderId webOrder) =
  { method: "POST"
  , path: "/orders" <> "/" <> escaped webOrder <> "/refund"
  , once: true
  , body: Nothing
  , answer: Just orderCodec
  }

listApiTokens :: Request (Array ApiToken)
listApiTokens =
  { method: "GET"
  , path: "/api-tokens"
  , once: false
  , body: Nothing
  , answer: Just (CA.array apiTokenCodec)
  }

addApiToken :: NewApiToken -> Request ApiTokenMade
addApiToken body =
  { method: "POST"
  , path: "/api-tokens"
  , once: false
  , body: Just (CA.encode newApiTokenCodec body)
  , answer: Just apiTokenMadeCodec
  }

revokeApiToken :: ApiTokenId -> Request ApiToken
revokeApiToken (ApiTokenId apiToken) =
  { method: "POST"
  , path: "/api-tokens" <> "/" <> escaped apiToken <> "/revoke"
  , once: true
  , body: Nothing
  , answer: Just apiTokenCodec
  }

setPaymentSecret :: PaymentSecret -> Request PaymentSecretSet
setPaymentSecret body =
  { method: "PUT"
  , path: "/payment-secret"
  , once: true
  , body: Just (CA.encode paymentSecretCodec body)
  , answer: Just paymentSecretSetCodec
  }

listPaymentEvents :: { after :: Maybe String, limit :: Maybe Number } -> Request PageOfPaymentEventKept
listPaymentEvents wanted =
  { method: "GET"
  , path: "/payment-events" <> query [ (\value -> "after=" <> escaped value) <$> wanted.after, (\value -> "limit=" <> toString value) <$> wanted.limit ]
  , once: false
  , body: Nothing
  , answer: Just pageOfPaymentEventKeptCodec
  }

salesReport :: { from :: Maybe String, to :: Maybe String } -> Request SalesReport
salesReport wanted =
  { method: "GET"
  , path: "/reports" <> "/sales" <> query [ (\value -> "from=" <> escaped value) <$> wanted.from, (\value -> "to=" <> escaped value) <$> wanted.to ]
  , once: false
  , body: Nothing
  , answer: Just salesReportCodec
  }
