{-# LANGUAGE DeriveAnyClass #-}

-- | What transfers between locations take and give.
module Retail.Contract.Transfer where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Quantity
import Retail.Domain.Transfer (TransferState)

-- | So much of a variant.
data GoodsLine = GoodsLine {variantId :: Id "variant", quantity :: Quantity}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data NewTransfer = NewTransfer
  { sourceId :: Id "location",
    destinationId :: Id "location",
    lines :: [GoodsLine]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | Other lines for a draft. @version@ is the one that was edited; another is refused.
data EditTransfer = EditTransfer {lines :: [GoodsLine], version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @reason@ says why it is not what was sent, and has to be there if it is not.
data ArrivedLine = ArrivedLine {variantId :: Id "variant", received :: Tally, reason :: Maybe Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | Each line of the transfer, once.
newtype ReceiveTransfer = ReceiveTransfer {lines :: [ArrivedLine]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data TransferHead = TransferHead
  { transferId :: Id "transfer",
    sourceId :: Id "location",
    destinationId :: Id "location",
    state :: TransferState,
    createdAt :: UTCTime,
    sentAt :: Maybe UTCTime,
    receivedAt :: Maybe UTCTime,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data TransferLine = TransferLine
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    quantity :: Quantity,
    received :: Maybe Tally,
    reason :: Maybe Text
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data Transfer = Transfer {head :: TransferHead, lines :: [TransferLine]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)
