{-# LANGUAGE DeriveAnyClass #-}

-- | Programs that act for the organisation, and the payment provider that writes to it.
module Retail.Contract.Client where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Secret (Secret)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Currency
import Retail.Domain.Id
import Retail.Domain.Money

-- | Without a location it acts at all of them.
data NewApiToken = NewApiToken {name :: Text, locationId :: Maybe (Id "location")}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data ApiToken = ApiToken
  { apiTokenId :: Id "api-token",
    name :: Text,
    locationId :: Maybe (Id "location"),
    createdAt :: UTCTime,
    revokedAt :: Maybe UTCTime
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | @token@ is told once; we keep a hash of it.
data ApiTokenMade = ApiTokenMade {apiToken :: ApiToken, token :: Text}
  deriving stock (Generic)
  deriving anyclass (Wire)

-- | At least 32 characters. The one before is honoured until there is a third.
newtype PaymentSecret = PaymentSecret {secret :: Secret}
  deriving stock (Show, Generic)
  deriving anyclass (Wire)

newtype PaymentSecretSet = PaymentSecretSet {setAt :: UTCTime}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | What a payment provider says of a payment for an order. @kind@ is @payment.@ and one of @authorised@, @settled@,
-- @declined@, @failed@, @cancelled@, or @refund.settled@; others are kept and do nothing. @payment@ is the provider's
-- reference of the charge. More fields may be there.
data PaymentMessage = PaymentMessage
  { eventId :: Text,
    kind :: Text,
    orderId :: Id "web-order",
    payment :: Text,
    amount :: Money,
    currency :: Currency
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @state@ is @waiting@, @applied@ or @unknown@, and @detail@ says why.
data PaymentEventKept = PaymentEventKept
  { eventId :: Text,
    kind :: Text,
    state :: Text,
    detail :: Text,
    receivedAt :: UTCTime
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)
