-- | The API as a type: the server, the OpenAPI document, the PureScript client and the test that tries foreign ids
-- are made from it.
module Retail.Http.Api where

import Data.ByteString (ByteString)
import Data.Text (Text)
import GHC.Generics (Generic)
import Retail.App.Env (Actor)
import Retail.App.Work (Answer, IdempotencyKey)
import Retail.Contract.Catalogue
import Retail.Contract.Client
import Retail.Contract.Page (Limit, Page)
import Retail.Contract.Planning
import Retail.Contract.Purchase
import Retail.Contract.Sale
import Retail.Contract.SalesReport
import Retail.Contract.Staff
import Retail.Contract.Stock
import Retail.Contract.StockTake
import Retail.Contract.Till
import Retail.Contract.Transfer
import Retail.Contract.WebOrder
import Retail.Contract.Wire (BytesOf, Json)
import Retail.Domain.Id (Id)
import Servant.API
import Servant.API.Generic ((:-))
import Servant.Server.Experimental.Auth (AuthServerData)

type instance AuthServerData (AuthProtect "staff") = Actor

type Cookie answer = Headers '[Header "Set-Cookie" Text] answer

-- | The same request with the same key is done once.
type Once = Header' '[Required, Strict] "Idempotency-Key" IdempotencyKey

type Body = ReqBody' '[Required, Strict] '[Json]

type At kind = Capture kind (Id kind)

type After = QueryParam' '[Optional, Strict] "after" Text

type AtMost = QueryParam' '[Optional, Strict] "limit" Limit

type Done answer = Post '[Json] (Answer answer)

data Api mode = Api
  { logIn :: mode :- "login" :> RemoteHost :> Header' '[Optional, Strict] "X-Forwarded-For" Text :> Body Login :> Post '[Json] (Cookie Me),
    staff :: mode :- AuthProtect "staff" :> NamedRoutes StaffApi,
    catalogue :: mode :- AuthProtect "staff" :> NamedRoutes CatalogueApi,
    stock :: mode :- AuthProtect "staff" :> NamedRoutes StockApi,
    transfers :: mode :- AuthProtect "staff" :> NamedRoutes TransferApi,
    stockTakes :: mode :- AuthProtect "staff" :> NamedRoutes StockTakeApi,
    purchases :: mode :- AuthProtect "staff" :> NamedRoutes PurchaseApi,
    planning :: mode :- AuthProtect "staff" :> NamedRoutes PlanningApi,
    tills :: mode :- AuthProtect "staff" :> NamedRoutes TillApi,
    sales :: mode :- AuthProtect "staff" :> NamedRoutes SaleApi,
    orders :: mode :- AuthProtect "staff" :> NamedRoutes OrderApi,
    clients :: mode :- AuthProtect "staff" :> NamedRoutes ClientApi,
    reports :: mode :- AuthProtect "staff" :> NamedRoutes ReportApi,
    -- The capture is an organisation's short name. The signature is over the bytes of the body.
    paymentMessage ::
      mode :- "webhooks" :> "payments" :> Capture "organisation" Text :> Header' '[Optional, Strict] "Webhook-Signature" Text
        :> ReqBody' '[Required, Strict] '[BytesOf PaymentMessage] ByteString
        :> Post '[Json] NoContent
  }
  deriving stock (Generic)

data StaffApi mode = StaffApi
  { me :: mode :- "me" :> Get '[Json] Me,
    logOut :: mode :- "logout" :> Verb 'POST 204 '[Json] (Cookie NoContent),
    switch :: mode :- "pin" :> Body PinLogin :> Post '[Json] (Cookie Me),
    listStaff :: mode :- "staff" :> Get '[Json] [StaffMember],
    addStaff :: mode :- "staff" :> Once :> Body NewStaff :> Done StaffMember,
    audit :: mode :- "audit" :> After :> AtMost :> Get '[Json] (Page AuditEntry)
  }
  deriving stock (Generic)

data CatalogueApi mode = CatalogueApi
  { listTaxCategories :: mode :- "tax-categories" :> Get '[Json] [TaxCategory],
    addTaxCategory :: mode :- "tax-categories" :> Once :> Body NewTaxCategory :> Done TaxCategory,
    addTaxRate :: mode :- "tax-categories" :> At "tax-category" :> "rates" :> Once :> Body NewTaxRate :> Done NewTaxRate,
    listProducts :: mode :- "products" :> After :> AtMost :> Get '[Json] (Page Product),
    addProduct :: mode :- "products" :> Once :> Body NewProduct :> Done Product,
    editProduct :: mode :- "products" :> At "product" :> Once :> Body EditProduct :> Put '[Json] (Answer Product),
    listVariants :: mode :- "products" :> At "product" :> "variants" :> Get '[Json] [Variant],
    addVariant :: mode :- "products" :> At "product" :> "variants" :> Once :> Body NewVariant :> Done Variant,
    searchVariants :: mode :- "variants" :> QueryParam' '[Optional, Strict] "search" Text :> After :> AtMost :> Get '[Json] (Page ListedVariant),
    readVariant :: mode :- "variants" :> At "variant" :> Get '[Json] Variant,
    editVariant :: mode :- "variants" :> At "variant" :> Once :> Body EditVariant :> Put '[Json] (Answer Variant),
    listBarcodes :: mode :- "variants" :> At "variant" :> "barcodes" :> Get '[Json] [Barcode],
    addBarcode :: mode :- "variants" :> At "variant" :> "barcodes" :> Once :> Body Barcode :> Done Barcode,
    scanBarcode :: mode :- "barcodes" :> Capture "code" Text :> Get '[Json] Scan
  }
  deriving stock (Generic)

data StockApi mode = StockApi
  { listLocations :: mode :- "locations" :> Get '[Json] [Location],
    addLocation :: mode :- "locations" :> Once :> Body NewLocation :> Done Location,
    listLevels :: mode :- "locations" :> At "location" :> "stock" :> After :> AtMost :> Get '[Json] (Page StockLevel),
    listMovements :: mode :- "variants" :> At "variant" :> "movements" :> AtMost :> Get '[Json] [StockMovement],
    changeStock :: mode :- "stock-changes" :> Once :> Body StockChange :> Done StockChange
  }
  deriving stock (Generic)

data TransferApi mode = TransferApi
  { listTransfers :: mode :- "locations" :> At "location" :> "transfers" :> After :> AtMost :> Get '[Json] (Page TransferHead),
    addTransfer :: mode :- "transfers" :> Once :> Body NewTransfer :> Done Transfer,
    readTransfer :: mode :- "transfers" :> At "transfer" :> Get '[Json] Transfer,
    editTransfer :: mode :- "transfers" :> At "transfer" :> Once :> Body EditTransfer :> Put '[Json] (Answer Transfer),
    sendTransfer :: mode :- "transfers" :> At "transfer" :> "send" :> Once :> Done Transfer,
    receiveTransfer :: mode :- "transfers" :> At "transfer" :> "receive" :> Once :> Body ReceiveTransfer :> Done Transfer,
    cancelTransfer :: mode :- "transfers" :> At "transfer" :> "cancel" :> Once :> Done Transfer
  }
  deriving stock (Generic)

data StockTakeApi mode = StockTakeApi
  { listStockTakes :: mode :- "locations" :> At "location" :> "stock-takes" :> After :> AtMost :> Get '[Json] (Page StockTake),
    startStockTake :: mode :- "stock-takes" :> Once :> Body NewStockTake :> Done StockTake,
    readStockTake :: mode :- "stock-takes" :> At "stock-take" :> Get '[Json] StockTake,
    listStockTakeLines :: mode :- "stock-takes" :> At "stock-take" :> "lines" :> After :> AtMost :> Get '[Json] (Page StockTakeLine),
    listDifferences :: mode :- "stock-takes" :> At "stock-take" :> "differences" :> After :> AtMost :> Get '[Json] (Page StockTakeLine),
    enterCounts :: mode :- "stock-takes" :> At "stock-take" :> "counts" :> Once :> Body EnterCounts :> Done [StockTakeLine],
    finishStockTake :: mode :- "stock-takes" :> At "stock-take" :> "finish" :> Once :> Done StockTake,
    cancelStockTake :: mode :- "stock-takes" :> At "stock-take" :> "cancel" :> Once :> Done StockTake
  }
  deriving stock (Generic)

data PurchaseApi mode = PurchaseApi
  { listSuppliers :: mode :- "suppliers" :> After :> AtMost :> Get '[Json] (Page Supplier),
    addSupplier :: mode :- "suppliers" :> Once :> Body NewSupplier :> Done Supplier,
    editSupplier :: mode :- "suppliers" :> At "supplier" :> Once :> Body EditSupplier :> Put '[Json] (Answer Supplier),
    listPurchaseOrders :: mode :- "locations" :> At "location" :> "purchase-orders" :> After :> AtMost :> Get '[Json] (Page PurchaseOrderHead),
    addPurchaseOrder :: mode :- "purchase-orders" :> Once :> Body NewPurchaseOrder :> Done PurchaseOrder,
    readPurchaseOrder :: mode :- "purchase-orders" :> At "purchase-order" :> Get '[Json] PurchaseOrder,
    editPurchaseOrder :: mode :- "purchase-orders" :> At "purchase-order" :> Once :> Body EditPurchaseOrder :> Put '[Json] (Answer PurchaseOrder),
    placePurchaseOrder :: mode :- "purchase-orders" :> At "purchase-order" :> "place" :> Once :> Done PurchaseOrder,
    listGoodsReceipts :: mode :- "purchase-orders" :> At "purchase-order" :> "receipts" :> After :> AtMost :> Get '[Json] (Page ReceivedGoods),
    receiveGoods :: mode :- "purchase-orders" :> At "purchase-order" :> "receipts" :> Once :> Body NewGoodsReceipt :> Done PurchaseOrder,
    cancelPurchaseOrder :: mode :- "purchase-orders" :> At "purchase-order" :> "cancel" :> Once :> Done PurchaseOrder
  }
  deriving stock (Generic)

data PlanningApi mode = PlanningApi
  { setReordering :: mode :- "variants" :> At "variant" :> "reordering" :> Once :> Body Reordering :> Put '[Json] (Answer Reordering),
    listReorders :: mode :- "locations" :> At "location" :> "reorders" :> After :> AtMost :> Get '[Json] (Page Reorder),
    listStockValues :: mode :- "stock-values" :> Get '[Json] [StockValue],
    listStockValueLines :: mode :- "locations" :> At "location" :> "stock-value" :> After :> AtMost :> Get '[Json] (Page StockValueLine)
  }
  deriving stock (Generic)

data TillApi mode = TillApi
  { listTills :: mode :- "tills" :> Get '[Json] [Till],
    addTill :: mode :- "tills" :> Once :> Body NewTill :> Done Till,
    listSessions :: mode :- "till-sessions" :> QueryParam' '[Optional, Strict] "till" (Id "till") :> After :> AtMost :> Get '[Json] (Page TillSession),
    openTill :: mode :- "till-sessions" :> Once :> Body OpenTill :> Done TillSession,
    readSession :: mode :- "till-sessions" :> At "till-session" :> Get '[Json] TillSession,
    moveCash :: mode :- "till-sessions" :> At "till-session" :> "cash-movements" :> Once :> Body CashMovement :> Done TillSession,
    countCash :: mode :- "till-sessions" :> At "till-session" :> "count" :> Once :> Body CountedCash :> Done Report,
    reopen :: mode :- "till-sessions" :> At "till-session" :> "reopen" :> Once :> Done TillSession,
    close :: mode :- "till-sessions" :> At "till-session" :> "close" :> Once :> Done Report,
    report :: mode :- "till-sessions" :> At "till-session" :> "report" :> Get '[Json] (Answer Report)
  }
  deriving stock (Generic)

data SaleApi mode = SaleApi
  { priceCart :: mode :- "carts" :> "price" :> Body Cart :> Post '[Json] PricedCart,
    startSale :: mode :- "sales" :> Once :> Body NewSale :> Done Sale,
    listSales :: mode :- "till-sessions" :> At "till-session" :> "sales" :> After :> AtMost :> Get '[Json] (Page SaleHead),
    readSale :: mode :- "sales" :> At "sale" :> Get '[Json] Sale,
    editSale :: mode :- "sales" :> At "sale" :> Once :> Body EditSale :> Put '[Json] (Answer Sale),
    park :: mode :- "sales" :> At "sale" :> "park" :> Once :> Done Sale,
    resume :: mode :- "sales" :> At "sale" :> "resume" :> Once :> Done Sale,
    void :: mode :- "sales" :> At "sale" :> "void" :> Once :> Done Sale,
    complete :: mode :- "sales" :> At "sale" :> "complete" :> Once :> Body Tenders :> Done Sale,
    checkout :: mode :- "checkouts" :> Once :> Body Checkout :> Done Sale,
    refund :: mode :- "sales" :> At "sale" :> "refunds" :> Once :> Body NewRefund :> Done Refund
  }
  deriving stock (Generic)

data OrderApi mode = OrderApi
  { listOrders :: mode :- "orders" :> After :> AtMost :> Get '[Json] (Page OrderHead),
    listOpenOrders :: mode :- "locations" :> At "location" :> "orders" :> After :> AtMost :> Get '[Json] (Page OrderHead),
    readOrder :: mode :- "orders" :> At "web-order" :> Get '[Json] Order,
    startOrder :: mode :- "orders" :> Once :> Body NewOrder :> Done Order,
    editOrder :: mode :- "orders" :> At "web-order" :> Once :> Body EditOrder :> Put '[Json] (Answer Order),
    placeOrder :: mode :- "orders" :> At "web-order" :> "place" :> Once :> Body AgreedTotal :> Done Order,
    cancelOrder :: mode :- "orders" :> At "web-order" :> "cancel" :> Once :> Done Order,
    fulfilOrder :: mode :- "orders" :> At "web-order" :> "fulfilments" :> Once :> Body NewFulfilment :> Done Order,
    refundOrder :: mode :- "orders" :> At "web-order" :> "refund" :> Once :> Done Order
  }
  deriving stock (Generic)

data ClientApi mode = ClientApi
  { listApiTokens :: mode :- "api-tokens" :> Get '[Json] [ApiToken],
    addApiToken :: mode :- "api-tokens" :> Body NewApiToken :> Post '[Json] ApiTokenMade,
    revokeApiToken :: mode :- "api-tokens" :> At "api-token" :> "revoke" :> Once :> Done ApiToken,
    setPaymentSecret :: mode :- "payment-secret" :> Once :> Body PaymentSecret :> Put '[Json] (Answer PaymentSecretSet),
    listPaymentEvents :: mode :- "payment-events" :> After :> AtMost :> Get '[Json] (Page PaymentEventKept)
  }
  deriving stock (Generic)

newtype ReportApi mode = ReportApi
  { salesReport :: mode :- "reports" :> "sales" :> QueryParam' '[Optional, Strict] "from" Text :> QueryParam' '[Optional, Strict] "to" Text :> Get '[Json] SalesReport
  }
  deriving stock (Generic)
