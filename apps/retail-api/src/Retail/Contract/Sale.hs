{-# LANGUAGE DeriveAnyClass #-}

-- | What carts, sales and refunds take and give.
module Retail.Contract.Sale where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Till (TaxSum)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Currency
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Payment (PaymentState)
import Retail.Domain.Quantity
import Retail.Domain.Sale (SaleState)
import Retail.Domain.Tender (Method)

-- | One of the two, or neither.
data Discount = Discount {percent :: Maybe BasisPoints, amount :: Maybe Money}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @code@ is what was scanned, where it carries a price: the server reads the amount out of it.
data CartLine = CartLine
  { variantId :: Id "variant",
    quantity :: Quantity,
    code :: Maybe Text,
    discount :: Maybe Discount
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Cart = Cart {currency :: Currency, lines :: [CartLine], discount :: Maybe Discount}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data PricedLine = PricedLine
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    quantity :: Quantity,
    unitPrice :: Money,
    rate :: BasisPoints,
    amount :: Money,
    reduction :: Money,
    net :: Money,
    tax :: Money,
    total :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | @cashTotal@ is what is due if all of it is paid in cash.
data PricedCart = PricedCart
  { amount :: Money,
    reduction :: Money,
    net :: Money,
    tax :: Money,
    total :: Money,
    cashTotal :: Money,
    lines :: [PricedLine],
    taxes :: [TaxSum]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @saleId@ is made by the till, so that it can print and queue a sale before we have seen it.
data NewSale = NewSale {saleId :: Id "sale", tillSessionId :: Id "till-session", cart :: Cart}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data EditSale = EditSale {cart :: Cart, version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | For cash the notes and coins that were given, for a card what it is charged. @card@ is the terminal's token.
data Tender = Tender {method :: Method, amount :: Money, card :: Maybe Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

newtype Tenders = Tenders {tenders :: [Tender]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Checkout = Checkout
  { saleId :: Id "sale",
    tillSessionId :: Id "till-session",
    cart :: Cart,
    tenders :: [Tender]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @amount@ of a cash payment is what stayed in the drawer.
data Payment = Payment {paymentId :: Id "payment", method :: Method, amount :: Money, state :: PaymentState}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data SaleHead = SaleHead
  { saleId :: Id "sale",
    tillId :: Id "till",
    tillSessionId :: Id "till-session",
    state :: SaleState,
    receipt :: Maybe Int,
    amount :: Money,
    reduction :: Money,
    net :: Money,
    tax :: Money,
    total :: Money,
    rounding :: Money,
    change :: Money,
    createdAt :: UTCTime,
    completedAt :: Maybe UTCTime,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | @cart@ is what was asked for: the same cart makes the same sale again, as long as no price has changed.
data Sale = Sale {head :: SaleHead, cart :: Cart, lines :: [PricedLine], taxes :: [TaxSum], payments :: [Payment]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @position@ counts the sale's lines from 1.
data RefundLine = RefundLine {position :: Int, quantity :: Quantity, restock :: Bool}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @paymentId@ is the card payment that the money goes back to.
data NewRefund = NewRefund
  { tillSessionId :: Id "till-session",
    lines :: [RefundLine],
    method :: Method,
    paymentId :: Maybe (Id "payment")
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Refund = Refund
  { refundId :: Id "refund",
    saleId :: Id "sale",
    tillSessionId :: Id "till-session",
    receipt :: Int,
    method :: Method,
    net :: Money,
    tax :: Money,
    total :: Money,
    rounding :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)
