-- Made by `retail-api generate` from the type of the API. Do not edit.
module Retail.Api.Codec where

import Prelude (($))

import Data.Codec.Argonaut as CA
import Data.Codec.Argonaut.Compat as Compat
import Data.Codec.Argonaut.Record as CAR
import Data.Maybe (Maybe(..))
import Data.Profunctor (dimap)
import Retail.Api.Types

apiTokenIdCodec :: CA.JsonCodec ApiTokenId
apiTokenIdCodec = dimap (\(ApiTokenId text) -> text) ApiTokenId CA.string

fulfilmentIdCodec :: CA.JsonCodec FulfilmentId
fulfilmentIdCodec = dimap (\(FulfilmentId text) -> text) FulfilmentId CA.string

goodsReceiptIdCodec :: CA.JsonCodec GoodsReceiptId
goodsReceiptIdCodec = dimap (\(GoodsReceiptId text) -> text) GoodsReceiptId CA.string

locationIdCodec :: CA.JsonCodec LocationId
locationIdCodec = dimap (\(LocationId text) -> text) LocationId CA.string

orderPaymentIdCodec :: CA.JsonCodec OrderPaymentId
orderPaymentIdCodec = dimap (\(OrderPaymentId text) -> text) OrderPaymentId CA.string

organisationIdCodec :: CA.JsonCodec OrganisationId
organisationIdCodec = dimap (\(OrganisationId text) -> text) OrganisationId CA.string

paymentIdCodec :: CA.JsonCodec PaymentId
paymentIdCodec = dimap (\(PaymentId text) -> text) PaymentId CA.string

productIdCodec :: CA.JsonCodec ProductId
productIdCodec = dimap (\(ProductId text) -> text) ProductId CA.string

purchaseOrderIdCodec :: CA.JsonCodec PurchaseOrderId
purchaseOrderIdCodec = dimap (\(PurchaseOrderId text) -> text) PurchaseOrderId CA.string

refundIdCodec :: CA.JsonCodec RefundId
refundIdCodec = dimap (\(RefundId text) -> text) RefundId CA.string

saleIdCodec :: CA.JsonCodec SaleId
saleIdCodec = dimap (\(SaleId text) -> text) SaleId CA.string

staffIdCodec :: CA.JsonCodec StaffId
staffIdCodec = dimap (\(StaffId text) -> text) StaffId CA.string

stockTakeIdCodec :: CA.JsonCodec StockTakeId
stockTakeIdCodec = dimap (\(StockTakeId text) -> text) StockTakeId CA.string

supplierIdCodec :: CA.JsonCodec SupplierId
supplierIdCodec = dimap (\(SupplierId text) -> text) SupplierId CA.string

taxCategoryIdCodec :: CA.JsonCodec TaxCategoryId
taxCategoryIdCodec = dimap (\(TaxCategoryId text) -> text) TaxCategoryId CA.string

tillIdCodec :: CA.JsonCodec TillId
tillIdCodec = dimap (\(TillId text) -> text) TillId CA.string

tillSessionIdCodec :: CA.JsonCodec TillSessionId
tillSessionIdCodec = dimap (\(TillSessionId text) -> text) TillSessionId CA.string

transferIdCodec :: CA.JsonCodec TransferId
transferIdCodec = dimap (\(TransferId text) -> text) TransferId CA.string

variantIdCodec :: CA.JsonCodec VariantId
variantIdCodec = dimap (\(VariantId text) -> text) VariantId CA.string

webOrderIdCodec :: CA.JsonCodec WebOrderId
webOrderIdCodec = dimap (\(WebOrderId text) -> text) WebOrderId CA.string

loginCodec :: CA.JsonCodec Login
loginCodec = CA.object "Login" $ CAR.record
  { organisation: CA.string
  , email: CA.string
  , password: CA.string
  }

roleCodec :: CA.JsonCodec Role
roleCodec = CA.prismaticCodec "Role" read print CA.string
  where
  read = case _ of
    "cashier" -> Just RoleCashier
    "supervisor" -> Just RoleSupervisor
    "stock-clerk" -> Just RoleStockClerk
    "manager" -> Just RoleManager
    "admin" -> Just RoleAdmin
    "web-shop" -> Just RoleWebShop
    _ -> Nothing
  print = case _ of
    RoleCashier -> "cashier"
    RoleSupervisor -> "supervisor"
    RoleStockClerk -> "stock-clerk"
    RoleManager -> "manager"
    RoleAdmin -> "admin"
    RoleWebShop -> "web-shop"

grantCodec :: CA.JsonCodec Grant
grantCodec = CA.object "Grant" $ CAR.record
  { role: roleCodec
  , locationId: Compat.maybe locationIdCodec
  }

staffMemberCodec :: CA.JsonCodec StaffMember
staffMemberCodec = CA.object "StaffMember" $ CAR.record
  { staffId: staffIdCodec
  , email: CA.string
  , name: CA.string
  , grants: CA.array grantCodec
  }

currencyCodec :: CA.JsonCodec Currency
currencyCodec = CA.prismaticCodec "Currency" read print CA.string
  where
  read = case _ of
    "CHF" -> Just CurrencyChf
    "CZK" -> Just CurrencyCzk
    "DKK" -> Just CurrencyDkk
    "EUR" -> Just CurrencyEur
    "GBP" -> Just CurrencyGbp
    "JPY" -> Just CurrencyJpy
    "NOK" -> Just CurrencyNok
    "PLN" -> Just CurrencyPln
    "SEK" -> Just CurrencySek
    "USD" -> Just CurrencyUsd
    _ -> Nothing
  print = case _ of
    CurrencyChf -> "CHF"
    CurrencyCzk -> "CZK"
    CurrencyDkk -> "DKK"
    CurrencyEur -> "EUR"
    CurrencyGbp -> "GBP"
    CurrencyJpy -> "JPY"
    CurrencyNok -> "NOK"
    CurrencyPln -> "PLN"
    CurrencySek -> "SEK"
    CurrencyUsd -> "USD"

taxModeCodec :: CA.JsonCodec TaxMode
taxModeCodec = CA.prismaticCodec "TaxMode" read print CA.string
  where
  read = case _ of
    "inclusive" -> Just TaxModeInclusive
    "exclusive" -> Just TaxModeExclusive
    _ -> Nothing
  print = case _ of
    TaxModeInclusive -> "inclusive"
    TaxModeExclusive -> "exclusive"

taxRoundingCodec :: CA.JsonCodec TaxRounding
taxRoundingCodec = CA.prismaticCodec "TaxRounding" read print CA.string
  where
  read = case _ of
    "per-line" -> Just TaxRoundingPerLine
    "per-document" -> Just TaxRoundingPerDocument
    _ -> Nothing
  print = case _ of
    TaxRoundingPerLine -> "per-line"
    TaxRoundingPerDocument -> "per-document"

organisationCodec :: CA.JsonCodec Organisation
organisationCodec = CA.object "Organisation" $ CAR.record
  { organisationId: organisationIdCodec
  , name: CA.string
  , currency: currencyCodec
  , taxMode: taxModeCodec
  , taxRounding: taxRoundingCodec
  , cashStep: CA.number
  }

meCodec :: CA.JsonCodec Me
meCodec = CA.object "Me" $ CAR.record
  { staff: staffMemberCodec
  , organisation: organisationCodec
  }

pinLoginCodec :: CA.JsonCodec PinLogin
pinLoginCodec = CA.object "PinLogin" $ CAR.record
  { staffId: staffIdCodec
  , pin: CA.string
  }

newStaffCodec :: CA.JsonCodec NewStaff
newStaffCodec = CA.object "NewStaff" $ CAR.record
  { email: CA.string
  , name: CA.string
  , password: CA.string
  , pin: Compat.maybe CA.string
  , grants: CA.array grantCodec
  }

auditEntryCodec :: CA.JsonCodec AuditEntry
auditEntryCodec = CA.object "AuditEntry" $ CAR.record
  { entry: CA.number
  , staffId: staffIdCodec
  , action: CA.string
  , detail: CA.string
  , at: CA.string
  }

pageOfAuditEntryCodec :: CA.JsonCodec PageOfAuditEntry
pageOfAuditEntryCodec = CA.object "PageOfAuditEntry" $ CAR.record
  { items: CA.array auditEntryCodec
  , next: Compat.maybe CA.string
  }

taxCategoryCodec :: CA.JsonCodec TaxCategory
taxCategoryCodec = CA.object "TaxCategory" $ CAR.record
  { taxCategoryId: taxCategoryIdCodec
  , name: CA.string
  , rate: CA.number
  }

newTaxCategoryCodec :: CA.JsonCodec NewTaxCategory
newTaxCategoryCodec = CA.object "NewTaxCategory" $ CAR.record
  { name: CA.string
  , rate: CA.number
  }

newTaxRateCodec :: CA.JsonCodec NewTaxRate
newTaxRateCodec = CA.object "NewTaxRate" $ CAR.record
  { validFrom: CA.string
  , rate: CA.number
  }

productCodec :: CA.JsonCodec Product
productCodec = CA.object "Product" $ CAR.record
  { productId: productIdCodec
  , name: CA.string
  , taxCategoryId: taxCategoryIdCodec
  , archived: CA.boolean
  , version: CA.number
  }

pageOfProductCodec :: CA.JsonCodec PageOfProduct
pageOfProductCodec = CA.object "PageOfProduct" $ CAR.record
  { items: CA.array productCodec
  , next: Compat.maybe CA.string
  }

newProductCodec :: CA.JsonCodec NewProduct
newProductCodec = CA.object "NewProduct" $ CAR.record
  { name: CA.string
  , taxCategoryId: taxCategoryIdCodec
  }

editProductCodec :: CA.JsonCodec EditProduct
editProductCodec = CA.object "EditProduct" $ CAR.record
  { name: CA.string
  , taxCategoryId: taxCategoryIdCodec
  , archived: CA.boolean
  , version: CA.number
  }

unitCodec :: CA.JsonCodec Unit
unitCodec = CA.prismaticCodec "Unit" read print CA.string
  where
  read = case _ of
    "piece" -> Just UnitPiece
    "kilogram" -> Just UnitKilogram
    _ -> Nothing
  print = case _ of
    UnitPiece -> "piece"
    UnitKilogram -> "kilogram"

variantCodec :: CA.JsonCodec Variant
variantCodec = CA.object "Variant" $ CAR.record
  { variantId: variantIdCodec
  , productId: productIdCodec
  , sku: CA.string
  , name: CA.string
  , price: CA.number
  , unit: unitCodec
  , tracked: CA.boolean
  , oversell: CA.boolean
  , reorderPoint: CA.number
  , targetLevel: CA.number
  , archived: CA.boolean
  , version: CA.number
  }

newVariantCodec :: CA.JsonCodec NewVariant
newVariantCodec = CA.object "NewVariant" $ CAR.record
  { sku: CA.string
  , name: CA.string
  , price: CA.number
  , unit: unitCodec
  , tracked: CA.boolean
  , oversell: CA.boolean
  , reorderPoint: CA.number
  }

codeKindCodec :: CA.JsonCodec CodeKind
codeKindCodec = CA.prismaticCodec "CodeKind" read print CA.string
  where
  read = case _ of
    "gtin" -> Just CodeKindGtin
    "weight" -> Just CodeKindWeight
    "price" -> Just CodeKindPrice
    _ -> Nothing
  print = case _ of
    CodeKindGtin -> "gtin"
    CodeKindWeight -> "weight"
    CodeKindPrice -> "price"

barcodeCodec :: CA.JsonCodec Barcode
barcodeCodec = CA.object "Barcode" $ CAR.record
  { code: CA.string
  , kind: codeKindCodec
  , pack: CA.number
  }

listedVariantCodec :: CA.JsonCodec ListedVariant
listedVariantCodec = CA.object "ListedVariant" $ CAR.record
  { variant: variantCodec
  , productName: CA.string
  , rate: CA.number
  , barcodes: CA.array barcodeCodec
  }

pageOfListedVariantCodec :: CA.JsonCodec PageOfListedVariant
pageOfListedVariantCodec = CA.object "PageOfListedVariant" $ CAR.record
  { items: CA.array listedVariantCodec
  , next: Compat.maybe CA.string
  }

editVariantCodec :: CA.JsonCodec EditVariant
editVariantCodec = CA.object "EditVariant" $ CAR.record
  { name: CA.string
  , price: CA.number
  , oversell: CA.boolean
  , reorderPoint: CA.number
  , archived: CA.boolean
  , version: CA.number
  }

scanCodec :: CA.JsonCodec Scan
scanCodec = CA.object "Scan" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , unit: unitCodec
  , unitPrice: CA.number
  , quantity: CA.number
  , fixed: Compat.maybe CA.number
  }

locationCodec :: CA.JsonCodec Location
locationCodec = CA.object "Location" $ CAR.record
  { locationId: locationIdCodec
  , name: CA.string
  }

newLocationCodec :: CA.JsonCodec NewLocation
newLocationCodec = CA.object "NewLocation" $ CAR.record
  { name: CA.string
  }

stockLevelCodec :: CA.JsonCodec StockLevel
stockLevelCodec = CA.object "StockLevel" $ CAR.record
  { variantId: variantIdCodec
  , locationId: locationIdCodec
  , sku: CA.string
  , name: CA.string
  , onHand: CA.number
  , reserved: CA.number
  , incoming: CA.number
  }

pageOfStockLevelCodec :: CA.JsonCodec PageOfStockLevel
pageOfStockLevelCodec = CA.object "PageOfStockLevel" $ CAR.record
  { items: CA.array stockLevelCodec
  , next: Compat.maybe CA.string
  }

stockMovementCodec :: CA.JsonCodec StockMovement
stockMovementCodec = CA.object "StockMovement" $ CAR.record
  { variantId: variantIdCodec
  , locationId: locationIdCodec
  , change: CA.number
  , reason: CA.string
  , at: CA.string
  }

stockReasonCodec :: CA.JsonCodec StockReason
stockReasonCodec = CA.prismaticCodec "StockReason" read print CA.string
  where
  read = case _ of
    "receipt" -> Just StockReasonReceipt
    "adjustment" -> Just StockReasonAdjustment
    _ -> Nothing
  print = case _ of
    StockReasonReceipt -> "receipt"
    StockReasonAdjustment -> "adjustment"

stockChangeCodec :: CA.JsonCodec StockChange
stockChangeCodec = CA.object "StockChange" $ CAR.record
  { variantId: variantIdCodec
  , locationId: locationIdCodec
  , change: CA.number
  , reason: stockReasonCodec
  }

transferStateCodec :: CA.JsonCodec TransferState
transferStateCodec = CA.prismaticCodec "TransferState" read print CA.string
  where
  read = case _ of
    "draft" -> Just TransferStateDraft
    "sent" -> Just TransferStateSent
    "received" -> Just TransferStateReceived
    "cancelled" -> Just TransferStateCancelled
    _ -> Nothing
  print = case _ of
    TransferStateDraft -> "draft"
    TransferStateSent -> "sent"
    TransferStateReceived -> "received"
    TransferStateCancelled -> "cancelled"

transferHeadCodec :: CA.JsonCodec TransferHead
transferHeadCodec = CA.object "TransferHead" $ CAR.record
  { transferId: transferIdCodec
  , sourceId: locationIdCodec
  , destinationId: locationIdCodec
  , state: transferStateCodec
  , createdAt: CA.string
  , sentAt: Compat.maybe CA.string
  , receivedAt: Compat.maybe CA.string
  , version: CA.number
  }

pageOfTransferHeadCodec :: CA.JsonCodec PageOfTransferHead
pageOfTransferHeadCodec = CA.object "PageOfTransferHead" $ CAR.record
  { items: CA.array transferHeadCodec
  , next: Compat.maybe CA.string
  }

goodsLineCodec :: CA.JsonCodec GoodsLine
goodsLineCodec = CA.object "GoodsLine" $ CAR.record
  { variantId: variantIdCodec
  , quantity: CA.number
  }

newTransferCodec :: CA.JsonCodec NewTransfer
newTransferCodec = CA.object "NewTransfer" $ CAR.record
  { sourceId: locationIdCodec
  , destinationId: locationIdCodec
  , lines: CA.array goodsLineCodec
  }

transferLineCodec :: CA.JsonCodec TransferLine
transferLineCodec = CA.object "TransferLine" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , quantity: CA.number
  , received: Compat.maybe CA.number
  , reason: Compat.maybe CA.string
  }

transferCodec :: CA.JsonCodec Transfer
transferCodec = CA.object "Transfer" $ CAR.record
  { head: transferHeadCodec
  , lines: CA.array transferLineCodec
  }

editTransferCodec :: CA.JsonCodec EditTransfer
editTransferCodec = CA.object "EditTransfer" $ CAR.record
  { lines: CA.array goodsLineCodec
  , version: CA.number
  }

arrivedLineCodec :: CA.JsonCodec ArrivedLine
arrivedLineCodec = CA.object "ArrivedLine" $ CAR.record
  { variantId: variantIdCodec
  , received: CA.number
  , reason: Compat.maybe CA.string
  }

receiveTransferCodec :: CA.JsonCodec ReceiveTransfer
receiveTransferCodec = CA.object "ReceiveTransfer" $ CAR.record
  { lines: CA.array arrivedLineCodec
  }

stockTakeStateCodec :: CA.JsonCodec StockTakeState
stockTakeStateCodec = CA.prismaticCodec "StockTakeState" read print CA.string
  where
  read = case _ of
    "counting" -> Just StockTakeStateCounting
    "finished" -> Just StockTakeStateFinished
    "cancelled" -> Just StockTakeStateCancelled
    _ -> Nothing
  print = case _ of
    StockTakeStateCounting -> "counting"
    StockTakeStateFinished -> "finished"
    StockTakeStateCancelled -> "cancelled"

stockTakeCodec :: CA.JsonCodec StockTake
stockTakeCodec = CA.object "StockTake" $ CAR.record
  { stockTakeId: stockTakeIdCodec
  , locationId: locationIdCodec
  , state: stockTakeStateCodec
  , startedAt: CA.string
  , endedAt: Compat.maybe CA.string
  , lines: CA.number
  , counted: CA.number
  , differing: CA.number
  , missing: CA.number
  , found: CA.number
  }

pageOfStockTakeCodec :: CA.JsonCodec PageOfStockTake
pageOfStockTakeCodec = CA.object "PageOfStockTake" $ CAR.record
  { items: CA.array stockTakeCodec
  , next: Compat.maybe CA.string
  }

newStockTakeCodec :: CA.JsonCodec NewStockTake
newStockTakeCodec = CA.object "NewStockTake" $ CAR.record
  { locationId: locationIdCodec
  , variants: CA.array variantIdCodec
  }

stockTakeLineCodec :: CA.JsonCodec StockTakeLine
stockTakeLineCodec = CA.object "StockTakeLine" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , unit: unitCodec
  , expected: Compat.maybe CA.number
  , counted: Compat.maybe CA.number
  , difference: Compat.maybe CA.number
  , price: Compat.maybe CA.number
  , value: Compat.maybe CA.number
  , version: CA.number
  }

pageOfStockTakeLineCodec :: CA.JsonCodec PageOfStockTakeLine
pageOfStockTakeLineCodec = CA.object "PageOfStockTakeLine" $ CAR.record
  { items: CA.array stockTakeLineCodec
  , next: Compat.maybe CA.string
  }

countCodec :: CA.JsonCodec Count
countCodec = CA.object "Count" $ CAR.record
  { variantId: variantIdCodec
  , counted: CA.number
  , version: CA.number
  }

enterCountsCodec :: CA.JsonCodec EnterCounts
enterCountsCodec = CA.object "EnterCounts" $ CAR.record
  { counts: CA.array countCodec
  }

supplierCodec :: CA.JsonCodec Supplier
supplierCodec = CA.object "Supplier" $ CAR.record
  { supplierId: supplierIdCodec
  , name: CA.string
  , contact: CA.string
  , archived: CA.boolean
  , version: CA.number
  }

pageOfSupplierCodec :: CA.JsonCodec PageOfSupplier
pageOfSupplierCodec = CA.object "PageOfSupplier" $ CAR.record
  { items: CA.array supplierCodec
  , next: Compat.maybe CA.string
  }

newSupplierCodec :: CA.JsonCodec NewSupplier
newSupplierCodec = CA.object "NewSupplier" $ CAR.record
  { name: CA.string
  , contact: CA.string
  }

editSupplierCodec :: CA.JsonCodec EditSupplier
editSupplierCodec = CA.object "EditSupplier" $ CAR.record
  { name: CA.string
  , contact: CA.string
  , archived: CA.boolean
  , version: CA.number
  }

purchaseStateCodec :: CA.JsonCodec PurchaseState
purchaseStateCodec = CA.prismaticCodec "PurchaseState" read print CA.string
  where
  read = case _ of
    "draft" -> Just PurchaseStateDraft
    "ordered" -> Just PurchaseStateOrdered
    "partly-received" -> Just PurchaseStatePartlyReceived
    "received" -> Just PurchaseStateReceived
    "cancelled" -> Just PurchaseStateCancelled
    _ -> Nothing
  print = case _ of
    PurchaseStateDraft -> "draft"
    PurchaseStateOrdered -> "ordered"
    PurchaseStatePartlyReceived -> "partly-received"
    PurchaseStateReceived -> "received"
    PurchaseStateCancelled -> "cancelled"

purchaseOrderHeadCodec :: CA.JsonCodec PurchaseOrderHead
purchaseOrderHeadCodec = CA.object "PurchaseOrderHead" $ CAR.record
  { purchaseOrderId: purchaseOrderIdCodec
  , supplierId: supplierIdCodec
  , supplier: CA.string
  , locationId: locationIdCodec
  , state: purchaseStateCodec
  , total: CA.number
  , createdAt: CA.string
  , orderedAt: Compat.maybe CA.string
  , version: CA.number
  }

pageOfPurchaseOrderHeadCodec :: CA.JsonCodec PageOfPurchaseOrderHead
pageOfPurchaseOrderHeadCodec = CA.object "PageOfPurchaseOrderHead" $ CAR.record
  { items: CA.array purchaseOrderHeadCodec
  , next: Compat.maybe CA.string
  }

purchaseItemCodec :: CA.JsonCodec PurchaseItem
purchaseItemCodec = CA.object "PurchaseItem" $ CAR.record
  { variantId: variantIdCodec
  , quantity: CA.number
  , cost: CA.number
  }

newPurchaseOrderCodec :: CA.JsonCodec NewPurchaseOrder
newPurchaseOrderCodec = CA.object "NewPurchaseOrder" $ CAR.record
  { supplierId: supplierIdCodec
  , locationId: locationIdCodec
  , lines: CA.array purchaseItemCodec
  }

purchaseOrderLineCodec :: CA.JsonCodec PurchaseOrderLine
purchaseOrderLineCodec = CA.object "PurchaseOrderLine" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , quantity: CA.number
  , cost: CA.number
  , received: CA.number
  }

purchaseOrderCodec :: CA.JsonCodec PurchaseOrder
purchaseOrderCodec = CA.object "PurchaseOrder" $ CAR.record
  { head: purchaseOrderHeadCodec
  , lines: CA.array purchaseOrderLineCodec
  }

editPurchaseOrderCodec :: CA.JsonCodec EditPurchaseOrder
editPurchaseOrderCodec = CA.object "EditPurchaseOrder" $ CAR.record
  { lines: CA.array purchaseItemCodec
  , version: CA.number
  }

receivedGoodsCodec :: CA.JsonCodec ReceivedGoods
receivedGoodsCodec = CA.object "ReceivedGoods" $ CAR.record
  { goodsReceiptId: goodsReceiptIdCodec
  , at: CA.string
  , variantId: variantIdCodec
  , sku: CA.string
  , quantity: CA.number
  }

pageOfReceivedGoodsCodec :: CA.JsonCodec PageOfReceivedGoods
pageOfReceivedGoodsCodec = CA.object "PageOfReceivedGoods" $ CAR.record
  { items: CA.array receivedGoodsCodec
  , next: Compat.maybe CA.string
  }

newGoodsReceiptCodec :: CA.JsonCodec NewGoodsReceipt
newGoodsReceiptCodec = CA.object "NewGoodsReceipt" $ CAR.record
  { lines: CA.array goodsLineCodec
  , excess: CA.boolean
  }

reorderingCodec :: CA.JsonCodec Reordering
reorderingCodec = CA.object "Reordering" $ CAR.record
  { reorderPoint: CA.number
  , targetLevel: CA.number
  , version: CA.number
  }

reorderCodec :: CA.JsonCodec Reorder
reorderCodec = CA.object "Reorder" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , unit: unitCodec
  , onHand: CA.number
  , reserved: CA.number
  , incoming: CA.number
  , available: CA.number
  , reorderPoint: CA.number
  , targetLevel: CA.number
  , proposed: CA.number
  , cost: Compat.maybe CA.number
  , supplierId: Compat.maybe supplierIdCodec
  }

pageOfReorderCodec :: CA.JsonCodec PageOfReorder
pageOfReorderCodec = CA.object "PageOfReorder" $ CAR.record
  { items: CA.array reorderCodec
  , next: Compat.maybe CA.string
  }

stockValueCodec :: CA.JsonCodec StockValue
stockValueCodec = CA.object "StockValue" $ CAR.record
  { locationId: locationIdCodec
  , location: CA.string
  , variants: CA.number
  , atCost: CA.number
  , atPrice: CA.number
  , uncosted: CA.number
  , uncostedAtPrice: CA.number
  }

stockValueLineCodec :: CA.JsonCodec StockValueLine
stockValueLineCodec = CA.object "StockValueLine" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , onHand: CA.number
  , cost: Compat.maybe CA.number
  , atCost: Compat.maybe CA.number
  , price: CA.number
  , atPrice: CA.number
  }

pageOfStockValueLineCodec :: CA.JsonCodec PageOfStockValueLine
pageOfStockValueLineCodec = CA.object "PageOfStockValueLine" $ CAR.record
  { items: CA.array stockValueLineCodec
  , next: Compat.maybe CA.string
  }

tillCodec :: CA.JsonCodec Till
tillCodec = CA.object "Till" $ CAR.record
  { tillId: tillIdCodec
  , locationId: locationIdCodec
  , name: CA.string
  , openSession: Compat.maybe tillSessionIdCodec
  }

newTillCodec :: CA.JsonCodec NewTill
newTillCodec = CA.object "NewTill" $ CAR.record
  { locationId: locationIdCodec
  , name: CA.string
  }

sessionStateCodec :: CA.JsonCodec SessionState
sessionStateCodec = CA.prismaticCodec "SessionState" read print CA.string
  where
  read = case _ of
    "open" -> Just SessionStateOpen
    "counting" -> Just SessionStateCounting
    "closed" -> Just SessionStateClosed
    _ -> Nothing
  print = case _ of
    SessionStateOpen -> "open"
    SessionStateCounting -> "counting"
    SessionStateClosed -> "closed"

tillSessionCodec :: CA.JsonCodec TillSession
tillSessionCodec = CA.object "TillSession" $ CAR.record
  { tillSessionId: tillSessionIdCodec
  , tillId: tillIdCodec
  , locationId: locationIdCodec
  , state: sessionStateCodec
  , openingFloat: CA.number
  , openedAt: CA.string
  , closedAt: Compat.maybe CA.string
  }

pageOfTillSessionCodec :: CA.JsonCodec PageOfTillSession
pageOfTillSessionCodec = CA.object "PageOfTillSession" $ CAR.record
  { items: CA.array tillSessionCodec
  , next: Compat.maybe CA.string
  }

openTillCodec :: CA.JsonCodec OpenTill
openTillCodec = CA.object "OpenTill" $ CAR.record
  { tillId: tillIdCodec
  , openingFloat: CA.number
  }

directionCodec :: CA.JsonCodec Direction
directionCodec = CA.prismaticCodec "Direction" read print CA.string
  where
  read = case _ of
    "paid-in" -> Just DirectionPaidIn
    "paid-out" -> Just DirectionPaidOut
    _ -> Nothing
  print = case _ of
    DirectionPaidIn -> "paid-in"
    DirectionPaidOut -> "paid-out"

cashMovementCodec :: CA.JsonCodec CashMovement
cashMovementCodec = CA.object "CashMovement" $ CAR.record
  { direction: directionCodec
  , amount: CA.number
  , reason: CA.string
  }

countedCashCodec :: CA.JsonCodec CountedCash
countedCashCodec = CA.object "CountedCash" $ CAR.record
  { counted: CA.number
  }

taxSumCodec :: CA.JsonCodec TaxSum
taxSumCodec = CA.object "TaxSum" $ CAR.record
  { rate: CA.number
  , net: CA.number
  , tax: CA.number
  }

reportCodec :: CA.JsonCodec Report
reportCodec = CA.object "Report" $ CAR.record
  { tillSessionId: tillSessionIdCodec
  , till: CA.string
  , openedAt: CA.string
  , closedAt: Compat.maybe CA.string
  , sales: CA.number
  , refunds: CA.number
  , net: CA.number
  , tax: CA.number
  , total: CA.number
  , rounding: CA.number
  , taxes: CA.array taxSumCodec
  , cashSales: CA.number
  , cardSales: CA.number
  , cashRefunds: CA.number
  , cardRefunds: CA.number
  , openingFloat: CA.number
  , paidIn: CA.number
  , paidOut: CA.number
  , expectedCash: CA.number
  , countedCash: Compat.maybe CA.number
  , difference: Compat.maybe CA.number
  , firstReceipt: Compat.maybe CA.number
  , lastReceipt: Compat.maybe CA.number
  }

discountCodec :: CA.JsonCodec Discount
discountCodec = CA.object "Discount" $ CAR.record
  { percent: Compat.maybe CA.number
  , amount: Compat.maybe CA.number
  }

cartLineCodec :: CA.JsonCodec CartLine
cartLineCodec = CA.object "CartLine" $ CAR.record
  { variantId: variantIdCodec
  , quantity: CA.number
  , code: Compat.maybe CA.string
  , discount: Compat.maybe discountCodec
  }

cartCodec :: CA.JsonCodec Cart
cartCodec = CA.object "Cart" $ CAR.record
  { currency: currencyCodec
  , lines: CA.array cartLineCodec
  , discount: Compat.maybe discountCodec
  }

pricedLineCodec :: CA.JsonCodec PricedLine
pricedLineCodec = CA.object "PricedLine" $ CAR.record
  { variantId: variantIdCodec
  , sku: CA.string
  , name: CA.string
  , quantity: CA.number
  , unitPrice: CA.number
  , rate: CA.number
  , amount: CA.number
  , reduction: CA.number
  , net: CA.number
  , tax: CA.number
  , total: CA.number
  }

pricedCartCodec :: CA.JsonCodec PricedCart
pricedCartCodec = CA.object "PricedCart" $ CAR.record
  { amount: CA.number
  , reduction: CA.number
  , net: CA.number
  , tax: CA.number
  , total: CA.number
  , cashTotal: CA.number
  , lines: CA.array pricedLineCodec
  , taxes: CA.array taxSumCodec
  }

newSaleCodec :: CA.JsonCodec NewSale
newSaleCodec = CA.object "NewSale" $ CAR.record
  { saleId: saleIdCodec
  , tillSessionId: tillSessionIdCodec
  , cart: cartCodec
  }

saleStateCodec :: CA.JsonCodec SaleState
saleStateCodec = CA.prismaticCodec "SaleState" read print CA.string
  where
  read = case _ of
    "open" -> Just SaleStateOpen
    "parked" -> Just SaleStateParked
    "completed" -> Just SaleStateCompleted
    "voided" -> Just SaleStateVoided
    _ -> Nothing
  print = case _ of
    SaleStateOpen -> "open"
    SaleStateParked -> "parked"
    SaleStateCompleted -> "completed"
    SaleStateVoided -> "voided"

saleHeadCodec :: CA.JsonCodec SaleHead
saleHeadCodec = CA.object "SaleHead" $ CAR.record
  { saleId: saleIdCodec
  , tillId: tillIdCodec
  , tillSessionId: tillSessionIdCodec
  , state: saleStateCodec
  , receipt: Compat.maybe CA.number
  , amount: CA.number
  , reduction: CA.number
  , net: CA.number
  , tax: CA.number
  , total: CA.number
  , rounding: CA.number
  , change: CA.number
  , createdAt: CA.string
  , completedAt: Compat.maybe CA.string
  , version: CA.number
  }

methodCodec :: CA.JsonCodec Method
methodCodec = CA.prismaticCodec "Method" read print CA.string
  where
  read = case _ of
    "cash" -> Just MethodCash
    "card" -> Just MethodCard
    _ -> Nothing
  print = case _ of
    MethodCash -> "cash"
    MethodCard -> "card"

paymentStateCodec :: CA.JsonCodec PaymentState
paymentStateCodec = CA.prismaticCodec "PaymentState" read print CA.string
  where
  read = case _ of
    "created" -> Just PaymentStateCreated
    "authorised" -> Just PaymentStateAuthorised
    "settled" -> Just PaymentStateSettled
    "declined" -> Just PaymentStateDeclined
    "failed" -> Just PaymentStateFailed
    "cancelled" -> Just PaymentStateCancelled
    _ -> Nothing
  print = case _ of
    PaymentStateCreated -> "created"
    PaymentStateAuthorised -> "authorised"
    PaymentStateSettled -> "settled"
    PaymentStateDeclined -> "declined"
    PaymentStateFailed -> "failed"
    PaymentStateCancelled -> "cancelled"

paymentCodec :: CA.JsonCodec Payment
paymentCodec = CA.object "Payment" $ CAR.record
  { paymentId: paymentIdCodec
  , method: methodCodec
  , amount: CA.number
  , state: paymentStateCodec
  }

saleCodec :: CA.JsonCodec Sale
saleCodec = CA.object "Sale" $ CAR.record
  { head: saleHeadCodec
  , cart: cartCodec
  , lines: CA.array pricedLineCodec
  , taxes: CA.array taxSumCodec
  , payments: CA.array paymentCodec
  }

pageOfSaleHeadCodec :: CA.JsonCodec PageOfSaleHead
pageOfSaleHeadCodec = CA.object "PageOfSaleHead" $ CAR.record
  { items: CA.array saleHeadCodec
  , next: Compat.maybe CA.string
  }

editSaleCodec :: CA.JsonCodec EditSale
editSaleCodec = CA.object "EditSale" $ CAR.record
  { cart: cartCodec
  , version: CA.number
  }

tenderCodec :: CA.JsonCodec Tender
tenderCodec = CA.object "Tender" $ CAR.record
  { method: methodCodec
  , amount: CA.number
  , card: Compat.maybe CA.string
  }

tendersCodec :: CA.JsonCodec Tenders
tendersCodec = CA.object "Tenders" $ CAR.record
  { tenders: CA.array tenderCodec
  }

checkoutCodec :: CA.JsonCodec Checkout
checkoutCodec = CA.object "Checkout" $ CAR.record
  { saleId: saleIdCodec
  , tillSessionId: tillSessionIdCodec
  , cart: cartCodec
  , tenders: CA.array tenderCodec
  }

refundLineCodec :: CA.JsonCodec RefundLine
refundLineCodec = CA.object "RefundLine" $ CAR.record
  { position: CA.number
  , quantity: CA.number
  , restock: CA.boolean
  }

newRefundCodec :: CA.JsonCodec NewRefund
newRefundCodec = CA.object "NewRefund" $ CAR.record
  { tillSessionId: tillSessionIdCodec
  , lines: CA.array refundLineCodec
  , method: methodCodec
  , paymentId: Compat.maybe paymentIdCodec
  }

refundCodec :: CA.JsonCodec Refund
refundCodec = CA.object "Refund" $ CAR.record
  { refundId: refundIdCodec
  , saleId: saleIdCodec
  , tillSessionId: tillSessionIdCodec
  , receipt: CA.number
  , method: methodCodec
  , net: CA.number
  , tax: CA.number
  , total: CA.number
  , rounding: CA.number
  }

orderStateCodec :: CA.JsonCodec OrderState
orderStateCodec = CA.prismaticCodec "OrderState" read print CA.string
  where
  read = case _ of
    "draft" -> Just OrderStateDraft
    "placed" -> Just OrderStatePlaced
    "paid" -> Just OrderStatePaid
    "part-fulfilled" -> Just OrderStatePartFulfilled
    "fulfilled" -> Just OrderStateFulfilled
    "cancelled" -> Just OrderStateCancelled
    "expired" -> Just OrderStateExpired
    _ -> Nothing
  print = case _ of
    OrderStateDraft -> "draft"
    OrderStatePlaced -> "placed"
    OrderStatePaid -> "paid"
    OrderStatePartFulfilled -> "part-fulfilled"
    OrderStateFulfilled -> "fulfilled"
    OrderStateCancelled -> "cancelled"
    OrderStateExpired -> "expired"

deliveryCodec :: CA.JsonCodec Delivery
deliveryCodec = CA.prismaticCodec "Delivery" read print CA.string
  where
  read = case _ of
    "pick-up" -> Just DeliveryPickUp
    "shipping" -> Just DeliveryShipping
    _ -> Nothing
  print = case _ of
    DeliveryPickUp -> "pick-up"
    DeliveryShipping -> "shipping"

orderHeadCodec :: CA.JsonCodec OrderHead
orderHeadCodec = CA.object "OrderHead" $ CAR.record
  { orderId: webOrderIdCodec
  , locationId: locationIdCodec
  , state: orderStateCodec
  , delivery: deliveryCodec
  , customer: CA.string
  , email: CA.string
  , address: Compat.maybe CA.string
  , amount: CA.number
  , reduction: CA.number
  , net: CA.number
  , tax: CA.number
  , total: CA.number
  , createdAt: CA.string
  , placedAt: Compat.maybe CA.string
  , expiresAt: Compat.maybe CA.string
  , paidAt: Compat.maybe CA.string
  , version: CA.number
  }

pageOfOrderHeadCodec :: CA.JsonCodec PageOfOrderHead
pageOfOrderHeadCodec = CA.object "PageOfOrderHead" $ CAR.record
  { items: CA.array orderHeadCodec
  , next: Compat.maybe CA.string
  }

orderLineCodec :: CA.JsonCodec OrderLine
orderLineCodec = CA.object "OrderLine" $ CAR.record
  { position: CA.number
  , fulfilled: CA.number
  , line: pricedLineCodec
  }

orderPaymentCodec :: CA.JsonCodec OrderPayment
orderPaymentCodec = CA.object "OrderPayment" $ CAR.record
  { orderPaymentId: orderPaymentIdCodec
  , refundOf: Compat.maybe orderPaymentIdCodec
  , amount: CA.number
  , state: paymentStateCodec
  , at: CA.string
  }

fulfilledLineCodec :: CA.JsonCodec FulfilledLine
fulfilledLineCodec = CA.object "FulfilledLine" $ CAR.record
  { position: CA.number
  , quantity: CA.number
  }

fulfilmentCodec :: CA.JsonCodec Fulfilment
fulfilmentCodec = CA.object "Fulfilment" $ CAR.record
  { fulfilmentId: fulfilmentIdCodec
  , at: CA.string
  , tracking: Compat.maybe CA.string
  , lines: CA.array fulfilledLineCodec
  }

orderCodec :: CA.JsonCodec Order
orderCodec = CA.object "Order" $ CAR.record
  { head: orderHeadCodec
  , lines: CA.array orderLineCodec
  , taxes: CA.array taxSumCodec
  , payments: CA.array orderPaymentCodec
  , fulfilments: CA.array fulfilmentCodec
  , paid: CA.number
  , toRefund: CA.number
  }

newOrderCodec :: CA.JsonCodec NewOrder
newOrderCodec = CA.object "NewOrder" $ CAR.record
  { orderId: webOrderIdCodec
  , locationId: locationIdCodec
  , delivery: deliveryCodec
  , customer: CA.string
  , email: CA.string
  , address: Compat.maybe CA.string
  , cart: cartCodec
  }

editOrderCodec :: CA.JsonCodec EditOrder
editOrderCodec = CA.object "EditOrder" $ CAR.record
  { cart: cartCodec
  , version: CA.number
  }

agreedTotalCodec :: CA.JsonCodec AgreedTotal
agreedTotalCodec = CA.object "AgreedTotal" $ CAR.record
  { total: CA.number
  , version: CA.number
  }

newFulfilmentCodec :: CA.JsonCodec NewFulfilment
newFulfilmentCodec = CA.object "NewFulfilment" $ CAR.record
  { lines: CA.array fulfilledLineCodec
  , tracking: Compat.maybe CA.string
  }

apiTokenCodec :: CA.JsonCodec ApiToken
apiTokenCodec = CA.object "ApiToken" $ CAR.record
  { apiTokenId: apiTokenIdCodec
  , name: CA.string
  , locationId: Compat.maybe locationIdCodec
  , createdAt: CA.string
  , revokedAt: Compat.maybe CA.string
  }

newApiTokenCodec :: CA.JsonCodec NewApiToken
newApiTokenCodec = CA.object "NewApiToken" $ CAR.record
  { name: CA.string
  , locationId: Compat.maybe locationIdCodec
  }

apiTokenMadeCodec :: CA.JsonCodec ApiTokenMade
apiTokenMadeCodec = CA.object "ApiTokenMade" $ CAR.record
  { apiToken: apiTokenCodec
  , token: CA.string
  }

paymentSecretCodec :: CA.JsonCodec PaymentSecret
paymentSecretCodec = CA.object "PaymentSecret" $ CAR.record
  { secret: CA.string
  }

paymentSecretSetCodec :: CA.JsonCodec PaymentSecretSet
paymentSecretSetCodec = CA.object "PaymentSecretSet" $ CAR.record
  { setAt: CA.string
  }

paymentEventKeptCodec :: CA.JsonCodec PaymentEventKept
paymentEventKeptCodec = CA.object "PaymentEventKept" $ CAR.record
  { eventId: CA.string
  , kind: CA.string
  , state: CA.string
  , detail: CA.string
  , receivedAt: CA.string
  }

pageOfPaymentEventKeptCodec :: CA.JsonCodec PageOfPaymentEventKept
pageOfPaymentEventKeptCodec = CA.object "PageOfPaymentEventKept" $ CAR.record
  { items: CA.array paymentEventKeptCodec
  , next: Compat.maybe CA.string
  }

salesDayCodec :: CA.JsonCodec SalesDay
salesDayCodec = CA.object "SalesDay" $ CAR.record
  { day: CA.string
  , tillId: tillIdCodec
  , till: CA.string
  , sales: CA.number
  , refunds: CA.number
  , total: CA.number
  , tax: CA.number
  , refunded: CA.number
  , refundedTax: CA.number
  , cash: CA.number
  , card: CA.number
  , cashRefunded: CA.number
  , cardRefunded: CA.number
  }

categoryDayCodec :: CA.JsonCodec CategoryDay
categoryDayCodec = CA.object "CategoryDay" $ CAR.record
  { day: CA.string
  , tillId: tillIdCodec
  , taxCategoryId: taxCategoryIdCodec
  , category: CA.string
  , rate: CA.number
  , total: CA.number
  , tax: CA.number
  , refunded: CA.number
  , refundedTax: CA.number
  }

orderDayCodec :: CA.JsonCodec OrderDay
orderDayCodec = CA.object "OrderDay" $ CAR.record
  { day: CA.string
  , orders: CA.number
  , total: CA.number
  , tax: CA.number
  , refunded: CA.number
  }

salesReportCodec :: CA.JsonCodec SalesReport
salesReportCodec = CA.object "SalesReport" $ CAR.record
  { from: CA.string
  , to: CA.string
  , timeZone: CA.string
  , days: CA.array salesDayCodec
  , categories: CA.array categoryDayCodec
  , webOrders: CA.array orderDayCodec
  }
