{-# LANGUAGE DeriveAnyClass #-}

-- | What the endpoints of web orders take and give.
module Retail.Contract.WebOrder where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import Database.PostgreSQL.Simple.FromField (FromField (..))
import Database.PostgreSQL.Simple.ToField (ToField (..))
import GHC.Generics (Generic)
import Retail.Contract.Sale (Cart, PricedLine)
import Retail.Contract.Till (TaxSum)
import Retail.Contract.Wire
import Retail.Db.Field (enumField)
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Payment (PaymentState)
import Retail.Domain.Quantity
import Retail.Domain.WebOrder (OrderState)

-- | Picked up at the order's location, or shipped from there.
data Delivery = PickUp | Shipping
  deriving stock (Eq, Show, Enum, Bounded)

deriving via Enumerated Delivery instance Wire Delivery

instance FromField Delivery where
  fromField = enumField enumText

instance ToField Delivery where
  toField = toField . enumText

-- | @orderId@ is made by the web shop. What is shipped has an address.
data NewOrder = NewOrder
  { orderId :: Id "web-order",
    locationId :: Id "location",
    delivery :: Delivery,
    customer :: Text,
    email :: Text,
    address :: Maybe Text,
    cart :: Cart
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data EditOrder = EditOrder {cart :: Cart, version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @total@ is what the customer agreed to: if the order costs something else by now it is refused.
data AgreedTotal = AgreedTotal {total :: Money, version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @expiresAt@ is until when a placed order has to be paid.
data OrderHead = OrderHead
  { orderId :: Id "web-order",
    locationId :: Id "location",
    state :: OrderState,
    delivery :: Delivery,
    customer :: Text,
    email :: Text,
    address :: Maybe Text,
    amount :: Money,
    reduction :: Money,
    net :: Money,
    tax :: Money,
    total :: Money,
    createdAt :: UTCTime,
    placedAt :: Maybe UTCTime,
    expiresAt :: Maybe UTCTime,
    paidAt :: Maybe UTCTime,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | @fulfilled@ is how much was handed out or shipped, in thousandths.
data OrderLine = OrderLine {position :: Int, fulfilled :: Int, line :: PricedLine}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | A charge, or with @refundOf@ what goes back of one: created means that it is still to be given back.
data OrderPayment = OrderPayment
  { orderPaymentId :: Id "order-payment",
    refundOf :: Maybe (Id "order-payment"),
    amount :: Money,
    state :: PaymentState,
    at :: UTCTime
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data FulfilledLine = FulfilledLine {position :: Int, quantity :: Quantity}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data NewFulfilment = NewFulfilment {lines :: [FulfilledLine], tracking :: Maybe Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Fulfilment = Fulfilment
  { fulfilmentId :: Id "fulfilment",
    at :: UTCTime,
    tracking :: Maybe Text,
    lines :: [FulfilledLine]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @paid@ is what was charged less what was given back, @toRefund@ what is still to be given back.
data Order = Order
  { head :: OrderHead,
    lines :: [OrderLine],
    taxes :: [TaxSum],
    payments :: [OrderPayment],
    fulfilments :: [Fulfilment],
    paid :: Money,
    toRefund :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)
