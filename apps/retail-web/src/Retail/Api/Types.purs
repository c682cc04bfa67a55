-- Made by `retail-api generate` from the type of the API. Do not edit.
module Retail.Api.Types where

import Prelude (class Eq, class Ord, class Show)

import Data.Maybe (Maybe)

newtype ApiTokenId = ApiTokenId String

derive newtype instance Eq ApiTokenId
derive newtype instance Ord ApiTokenId
derive newtype instance Show ApiTokenId

newtype FulfilmentId = FulfilmentId String

derive newtype instance Eq FulfilmentId
derive newtype instance Ord FulfilmentId
derive newtype instance Show FulfilmentId

newtype GoodsReceiptId = GoodsReceiptId String

derive newtype instance Eq GoodsReceiptId
derive newtype instance Ord GoodsReceiptId
derive newtype instance Show GoodsReceiptId

newtype LocationId = LocationId String

derive newtype instance Eq LocationId
derive newtype instance Ord LocationId
derive newtype instance Show LocationId

newtype OrderPaymentId = OrderPaymentId String

derive newtype instance Eq OrderPaymentId
derive newtype instance Ord OrderPaymentId
derive newtype instance Show OrderPaymentId

newtype OrganisationId = OrganisationId String

derive newtype instance Eq OrganisationId
derive newtype instance Ord OrganisationId
derive newtype instance Show OrganisationId

newtype PaymentId = PaymentId String

derive newtype instance Eq PaymentId
derive newtype instance Ord PaymentId
derive newtype instance Show PaymentId

newtype ProductId = ProductId String

derive newtype instance Eq ProductId
derive newtype instance Ord ProductId
derive newtype instance Show ProductId

newtype PurchaseOrderId = PurchaseOrderId String

derive newtype instance Eq PurchaseOrderId
derive newtype instance Ord PurchaseOrderId
derive newtype instance Show PurchaseOrderId

newtype RefundId = RefundId String

derive newtype instance Eq RefundId
derive newtype instance Ord RefundId
derive newtype instance Show RefundId

newtype SaleId = SaleId String

derive newtype instance Eq SaleId
derive newtype instance Ord SaleId
derive newtype instance Show SaleId

newtype StaffId = StaffId String

derive newtype instance Eq StaffId
derive newtype instance Ord StaffId
derive newtype instance Show StaffId

newtype StockTakeId = StockTakeId String

derive newtype instance Eq StockTakeId
derive newtype instance Ord StockTakeId
derive newtype instance Show StockTakeId

newtype SupplierId = SupplierId String

derive newtype instance Eq SupplierId
derive newtype instance Ord SupplierId
derive newtype instance Show SupplierId

newtype TaxCategoryId = TaxCategoryId String

derive newtype instance Eq TaxCategoryId
derive newtype instance Ord TaxCategoryId
derive newtype instance Show TaxCategoryId

newtype TillId = TillId String

derive newtype instance Eq TillId
derive newtype instance Ord TillId
derive newtype instance Show TillId

newtype TillSessionId = TillSessionId String

derive newtype instance Eq TillSessionId
derive newtype instance Ord TillSessionId
derive newtype instance Show TillSessionId

newtype TransferId = TransferId String

derive newtype instance Eq TransferId
derive newtype instance Ord TransferId
derive newtype instance Show TransferId

newtype VariantId = VariantId String

derive newtype instance Eq VariantId
derive newtype instance Ord VariantId
derive newtype instance Show VariantId

newtype WebOrderId = WebOrderId String

derive newtype instance Eq WebOrderId
derive newtype instance Ord WebOrderId
derive newtype instance Show WebOrderId

type Login =
  { organisation :: String
  , email :: String
  , password :: String
  }

data Role
  = RoleCashier
  | RoleSupervisor
  | RoleStockClerk
  | RoleManager
  | RoleAdmin
  | RoleWebShop

derive instance Eq Role
derive instance Ord Role

type Grant =
  { role :: Role
  , locationId :: Maybe LocationId
  }

type StaffMember =
  { staffId :: StaffId
  , email :: String
  , name :: String
  , grants :: Array Grant
  }

data Currency
  = CurrencyChf
  | CurrencyCzk
  | CurrencyDkk
  | CurrencyEur
  | CurrencyGbp
  | CurrencyJpy
  | CurrencyNok
  | CurrencyPln
  | CurrencySek
  | CurrencyUsd

derive instance Eq Currency
derive instance Ord Currency

data TaxMode
  = TaxModeInclusive
  | TaxModeExclusive

derive instance Eq TaxMode
derive instance Ord TaxMode

data TaxRounding
  = TaxRoundingPerLine
  | TaxRoundingPerDocument

derive instance Eq TaxRounding
derive instance Ord TaxRounding

type Organisation =
  { organisationId :: OrganisationId
  , name :: String
  , currency :: Currency
  , taxMode :: TaxMode
  , taxRounding :: TaxRounding
  , cashStep :: Number
  }

type Me =
  { staff :: StaffMember
  , organisation :: Organisation
  }

type PinLogin =
  { staffId :: StaffId
  , pin :: String
  }

type NewStaff =
  { email :: String
  , name :: String
  , password :: String
  , pin :: Maybe String
  , grants :: Array Grant
  }

type AuditEntry =
  { entry :: Number
  , staffId :: StaffId
  , action :: String
  , detail :: String
  , at :: String
  }

type PageOfAuditEntry =
  { items :: Array AuditEntry
  , next :: Maybe String
  }

type TaxCategory =
  { taxCategoryId :: TaxCategoryId
  , name :: String
  , rate :: Number
  }

type NewTaxCategory =
  { name :: String
  , rate :: Number
  }

type NewTaxRate =
  { validFrom :: String
  , rate :: Number
  }

type Product =
  { productId :: ProductId
  , name :: String
  , taxCategoryId :: TaxCategoryId
  , archived :: Boolean
  , version :: Number
  }

type PageOfProduct =
  { items :: Array Product
  , next :: Maybe String
  }

type NewProduct =
  { name :: String
  , taxCategoryId :: TaxCategoryId
  }

type EditProduct =
  { name :: String
  , taxCategoryId :: TaxCategoryId
  , archived :: Boolean
  , version :: Number
  }

data Unit
  = UnitPiece
  | UnitKilogram

derive instance Eq Unit
derive instance Ord Unit

type Variant =
  { variantId :: VariantId
  , productId :: ProductId
  , sku :: String
  , name :: String
  , price :: Number
  , unit :: Unit
  , tracked :: Boolean
  , oversell :: Boolean
  , reorderPoint :: Number
  , targetLevel :: Number
  , archived :: Boolean
  , version :: Number
  }

type NewVariant =
  { sku :: String
  , name :: String
  , price :: Number
  , unit :: Unit
  , tracked :: Boolean
  , oversell :: Boolean
  , reorderPoint :: Number
  }

data CodeKind
  = CodeKindGtin
  | CodeKindWeight
  | CodeKindPrice

derive instance Eq CodeKind
derive instance Ord CodeKind

type Barcode =
  { code :: String
  , kind :: CodeKind
  , pack :: Number
  }

type ListedVariant =
  { variant :: Variant
  , productName :: String
  , rate :: Number
  , barcodes :: Array Barcode
  }

type PageOfListedVariant =
  { items :: Array ListedVariant
  , next :: Maybe String
  }

type EditVariant =
  { name :: String
  , price :: Number
  , oversell :: Boolean
  , reorderPoint :: Number
  , archived :: Boolean
  , version :: Number
  }

type Scan =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , unit :: Unit
  , unitPrice :: Number
  , quantity :: Number
  , fixed :: Maybe Number
  }

type Location =
  { locationId :: LocationId
  , name :: String
  }

type NewLocation =
  { name :: String
  }

type StockLevel =
  { variantId :: VariantId
  , locationId :: LocationId
  , sku :: String
  , name :: String
  , onHand :: Number
  , reserved :: Number
  , incoming :: Number
  }

type PageOfStockLevel =
  { items :: Array StockLevel
  , next :: Maybe String
  }

type StockMovement =
  { variantId :: VariantId
  , locationId :: LocationId
  , change :: Number
  , reason :: String
  , at :: String
  }

data StockReason
  = StockReasonReceipt
  | StockReasonAdjustment

derive instance Eq StockReason
derive instance Ord StockReason

type StockChange =
  { variantId :: VariantId
  , locationId :: LocationId
  , change :: Number
  , reason :: StockReason
  }

data TransferState
  = TransferStateDraft
  | TransferStateSent
  | TransferStateReceived
  | TransferStateCancelled

derive instance Eq TransferState
derive instance Ord TransferState

type TransferHead =
  { transferId :: TransferId
  , sourceId :: LocationId
  , destinationId :: LocationId
  , state :: TransferState
  , createdAt :: String
  , sentAt :: Maybe String
  , receivedAt :: Maybe String
  , version :: Number
  }

type PageOfTransferHead =
  { items :: Array TransferHead
  , next :: Maybe String
  }

type GoodsLine =
  { variantId :: VariantId
  , quantity :: Number
  }

type NewTransfer =
  { sourceId :: LocationId
  , destinationId :: LocationId
  , lines :: Array GoodsLine
  }

type TransferLine =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , quantity :: Number
  , received :: Maybe Number
  , reason :: Maybe String
  }

type Transfer =
  { head :: TransferHead
  , lines :: Array TransferLine
  }

type EditTransfer =
  { lines :: Array GoodsLine
  , version :: Number
  }

type ArrivedLine =
  { variantId :: VariantId
  , received :: Number
  , reason :: Maybe String
  }

type ReceiveTransfer =
  { lines :: Array ArrivedLine
  }

data StockTakeState
  = StockTakeStateCounting
  | StockTakeStateFinished
  | StockTakeStateCancelled

derive instance Eq StockTakeState
derive instance Ord StockTakeState

type StockTake =
  { stockTakeId :: StockTakeId
  , locationId :: LocationId
  , state :: StockTakeState
  , startedAt :: String
  , endedAt :: Maybe String
  , lines :: Number
  , counted :: Number
  , differing :: Number
  , missing :: Number
  , found :: Number
  }

type PageOfStockTake =
  { items :: Array StockTake
  , next :: Maybe String
  }

type NewStockTake =
  { locationId :: LocationId
  , variants :: Array VariantId
  }

type StockTakeLine =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , unit :: Unit
  , expected :: Maybe Number
  , counted :: Maybe Number
  , difference :: Maybe Number
  , price :: Maybe Number
  , value :: Maybe Number
  , version :: Number
  }

type PageOfStockTakeLine =
  { items :: Array StockTakeLine
  , next :: Maybe String
  }

type Count =
  { variantId :: VariantId
  , counted :: Number
  , version :: Number
  }

type EnterCounts =
  { counts :: Array Count
  }

type Supplier =
  { supplierId :: SupplierId
  , name :: String
  , contact :: String
  , archived :: Boolean
  , version :: Number
  }

type PageOfSupplier =
  { items :: Array Supplier
  , next :: Maybe String
  }

type NewSupplier =
  { name :: String
  , contact :: String
  }

type EditSupplier =
  { name :: String
  , contact :: String
  , archived :: Boolean
  , version :: Number
  }

data PurchaseState
  = PurchaseStateDraft
  | PurchaseStateOrdered
  | PurchaseStatePartlyReceived
  | PurchaseStateReceived
  | PurchaseStateCancelled

derive instance Eq PurchaseState
derive instance Ord PurchaseState

type PurchaseOrderHead =
  { purchaseOrderId :: PurchaseOrderId
  , supplierId :: SupplierId
  , supplier :: String
  , locationId :: LocationId
  , state :: PurchaseState
  , total :: Number
  , createdAt :: String
  , orderedAt :: Maybe String
  , version :: Number
  }

type PageOfPurchaseOrderHead =
  { items :: Array PurchaseOrderHead
  , next :: Maybe String
  }

type PurchaseItem =
  { variantId :: VariantId
  , quantity :: Number
  , cost :: Number
  }

type NewPurchaseOrder =
  { supplierId :: SupplierId
  , locationId :: LocationId
  , lines :: Array PurchaseItem
  }

type PurchaseOrderLine =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , quantity :: Number
  , cost :: Number
  , received :: Number
  }

type PurchaseOrder =
  { head :: PurchaseOrderHead
  , lines :: Array PurchaseOrderLine
  }

type EditPurchaseOrder =
  { lines :: Array PurchaseItem
  , version :: Number
  }

type ReceivedGoods =
  { goodsReceiptId :: GoodsReceiptId
  , at :: String
  , variantId :: VariantId
  , sku :: String
  , quantity :: Number
  }

type PageOfReceivedGoods =
  { items :: Array ReceivedGoods
  , next :: Maybe String
  }

type NewGoodsReceipt =
  { lines :: Array GoodsLine
  , excess :: Boolean
  }

type Reordering =
  { reorderPoint :: Number
  , targetLevel :: Number
  , version :: Number
  }

type Reorder =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , unit :: Unit
  , onHand :: Number
  , reserved :: Number
  , incoming :: Number
  , available :: Number
  , reorderPoint :: Number
  , targetLevel :: Number
  , proposed :: Number
  , cost :: Maybe Number
  , supplierId :: Maybe SupplierId
  }

type PageOfReorder =
  { items :: Array Reorder
  , next :: Maybe String
  }

type StockValue =
  { locationId :: LocationId
  , location :: String
  , variants :: Number
  , atCost :: Number
  , atPrice :: Number
  , uncosted :: Number
  , uncostedAtPrice :: Number
  }

type StockValueLine =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , onHand :: Number
  , cost :: Maybe Number
  , atCost :: Maybe Number
  , price :: Number
  , atPrice :: Number
  }

type PageOfStockValueLine =
  { items :: Array StockValueLine
  , next :: Maybe String
  }

type Till =
  { tillId :: TillId
  , locationId :: LocationId
  , name :: String
  , openSession :: Maybe TillSessionId
  }

type NewTill =
  { locationId :: LocationId
  , name :: String
  }

data SessionState
  = SessionStateOpen
  | SessionStateCounting
  | SessionStateClosed

derive instance Eq SessionState
derive instance Ord SessionState

type TillSession =
  { tillSessionId :: TillSessionId
  , tillId :: TillId
  , locationId :: LocationId
  , state :: SessionState
  , openingFloat :: Number
  , openedAt :: String
  , closedAt :: Maybe String
  }

type PageOfTillSession =
  { items :: Array TillSession
  , next :: Maybe String
  }

type OpenTill =
  { tillId :: TillId
  , openingFloat :: Number
  }

data Direction
  = DirectionPaidIn
  | DirectionPaidOut

derive instance Eq Direction
derive instance Ord Direction

type CashMovement =
  { direction :: Direction
  , amount :: Number
  , reason :: String
  }

type CountedCash =
  { counted :: Number
  }

type TaxSum =
  { rate :: Number
  , net :: Number
  , tax :: Number
  }

type Report =
  { tillSessionId :: TillSessionId
  , till :: String
  , openedAt :: String
  , closedAt :: Maybe String
  , sales :: Number
  , refunds :: Number
  , net :: Number
  , tax :: Number
  , total :: Number
  , rounding :: Number
  , taxes :: Array TaxSum
  , cashSales :: Number
  , cardSales :: Number
  , cashRefunds :: Number
  , cardRefunds :: Number
  , openingFloat :: Number
  , paidIn :: Number
  , paidOut :: Number
  , expectedCash :: Number
  , countedCash :: Maybe Number
  , difference :: Maybe Number
  , firstReceipt :: Maybe Number
  , lastReceipt :: Maybe Number
  }

type Discount =
  { percent :: Maybe Number
  , amount :: Maybe Number
  }

type CartLine =
  { variantId :: VariantId
  , quantity :: Number
  , code :: Maybe String
  , discount :: Maybe Discount
  }

type Cart =
  { currency :: Currency
  , lines :: Array CartLine
  , discount :: Maybe Discount
  }

type PricedLine =
  { variantId :: VariantId
  , sku :: String
  , name :: String
  , quantity :: Number
  , unitPrice :: Number
  , rate :: Number
  , amount :: Number
  , reduction :: Number
  , net :: Number
  , tax :: Number
  , total :: Number
  }

type PricedCart =
  { amount :: Number
  , reduction :: Number
  , net :: Number
  , tax :: Number
  , total :: Number
  , cashTotal :: Number
  , lines :: Array PricedLine
  , taxes :: Array TaxSum
  }

type NewSale =
  { saleId :: SaleId
  , tillSessionId :: TillSessionId
  , cart :: Cart
  }

data SaleState
  = SaleStateOpen
  | SaleStateParked
  | SaleStateCompleted
  | SaleStateVoided

derive instance Eq SaleState
derive instance Ord SaleState

type SaleHead =
  { saleId :: SaleId
  , tillId :: TillId
  , tillSessionId :: TillSessionId
  , state :: SaleState
  , receipt :: Maybe Number
  , amount :: Number
  , reduction :: Number
  , net :: Number
  , tax :: Number
  , total :: Number
  , rounding :: Number
  , change :: Number
  , createdAt :: String
  , completedAt :: Maybe String
  , version :: Number
  }

data Method
  = MethodCash
  | MethodCard

derive instance Eq Method
derive instance Ord Method

data PaymentState
  = PaymentStateCreated
  | PaymentStateAuthorised
  | PaymentStateSettled
  | PaymentStateDeclined
  | PaymentStateFailed
  | PaymentStateCancelled

derive instance Eq PaymentState
derive instance Ord PaymentState

type Payment =
  { paymentId :: PaymentId
  , method :: Method
  , amount :: Number
  , state :: PaymentState
  }

type Sale =
  { head :: SaleHead
  , cart :: Cart
  , lines :: Array PricedLine
  , taxes :: Array TaxSum
  , payments :: Array Payment
  }

type PageOfSaleHead =
  { items :: Array SaleHead
  , next :: Maybe String
  }

type EditSale =
  { cart :: Cart
  , version :: Number
  }

type Tender =
  { method :: Method
  , amount :: Number
  , card :: Maybe String
  }

type Tenders =
  { tenders :: Array Tender
  }

type Checkout =
  { saleId :: SaleId
  , tillSessionId :: TillSessionId
  , cart :: Cart
  , tenders :: Array Tender
  }

type RefundLine =
  { position :: Number
  , quantity :: Number
  , restock :: Boolean
  }

type NewRefund =
  { tillSessionId :: TillSessionId
  , lines :: Array RefundLine
  , method :: Method
  , paymentId :: Maybe PaymentId
  }

type Refund =
  { refundId :: RefundId
  , saleId :: SaleId
  , tillSessionId :: TillSessionId
  , receipt :: Number
  , method :: Method
  , net :: Number
  , tax :: Number
  , total :: Number
  , rounding :: Number
  }

data OrderState
  = OrderStateDraft
  | OrderStatePlaced
  | OrderStatePaid
  | OrderStatePartFulfilled
  | OrderStateFulfilled
  | OrderStateCancelled
  | OrderStateExpired

derive instance Eq OrderState
derive instance Ord OrderState

data Delivery
  = DeliveryPickUp
  | DeliveryShipping

derive instance Eq Delivery
derive instance Ord Delivery

type OrderHead =
  { orderId :: WebOrderId
  , locationId :: LocationId
  , state :: OrderState
  , delivery :: Delivery
  , customer :: String
  , email :: String
  , address :: Maybe String
  , amount :: Number
  , reduction :: Number
  , net :: Number
  , tax :: Number
  , total :: Number
  , createdAt :: String
  , placedAt :: Maybe String
  , expiresAt :: Maybe String
  , paidAt :: Maybe String
  , version :: Number
  }

type PageOfOrderHead =
  { items :: Array OrderHead
  , next :: Maybe String
  }

type OrderLine =
  { position :: Number
  , fulfilled :: Number
  , line :: PricedLine
  }

type OrderPayment =
  { orderPaymentId :: OrderPaymentId
  , refundOf :: Maybe OrderPaymentId
  , amount :: Number
  , state :: PaymentState
  , at :: String
  }

type FulfilledLine =
  { position :: Number
  , quantity :: Number
  }

type Fulfilment =
  { fulfilmentId :: FulfilmentId
  , at :: String
  , tracking :: Maybe String
  , lines :: Array FulfilledLine
  }

type Order =
  { head :: OrderHead
  , lines :: Array OrderLine
  , taxes :: Array TaxSum
  , payments :: Array OrderPayment
  , fulfilments :: Array Fulfilment
  , paid :: Number
  , toRefund :: Number
  }

type NewOrder =
  { orderId :: WebOrderId
  , locationId :: LocationId
  , delivery :: Delivery
  , customer :: String
  , email :: String
  , address :: Maybe String
  , cart :: Cart
  }

type EditOrder =
  { cart :: Cart
  , version :: Number
  }

type AgreedTotal =
  { total :: Number
  , version :: Number
  }

type NewFulfilment =
  { lines :: Array FulfilledLine
  , tracking :: Maybe String
  }

type ApiToken =
  { apiTokenId :: ApiTokenId
  , name :: String
  , locationId :: Maybe LocationId
  , createdAt :: String
  , revokedAt :: Maybe String
  }

type NewApiToken =
  { name :: String
  , locationId :: Maybe LocationId
  }

type ApiTokenMade =
  { apiToken :: ApiToken
  , token :: String
  }

type PaymentSecret =
  { secret :: String
  }

type PaymentSecretSet =
  { setAt :: String
  }

type PaymentEventKept =
  { eventId :: String
  , kind :: String
  , state :: String
  , detail :: String
  , receivedAt :: String
  }

type PageOfPaymentEventKept =
  { items :: Array PaymentEventKept
  , next :: Maybe String
  }

type SalesDay =
  { day :: String
  , tillId :: TillId
  , till :: String
  , sales :: Number
  , refunds :: Number
  , total :: Number
  , tax :: Number
  , refunded :: Number
  , refundedTax :: Number
  , cash :: Number
  , card :: Number
  , cashRefunded :: Number
  , cardRefunded :: Number
  }

type CategoryDay =
  { day :: String
  , tillId :: TillId
  , taxCategoryId :: TaxCategoryId
  , category :: String
  , rate :: Number
  , total :: Number
  , tax :: Number
  , refunded :: Number
  , refundedTax :: Number
  }

type OrderDay =
  { day :: String
  , orders :: Number
  , total :: Number
  , tax :: Number
  , refunded :: Number
  }

type SalesReport =
  { from :: String
  , to :: String
  , timeZone :: String
  , days :: Array SalesDay
  , categories :: Array CategoryDay
  , webOrders :: Array OrderDay
  }
