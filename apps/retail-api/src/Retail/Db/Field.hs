{-# OPTIONS_GHC -Wno-orphans #-}

-- | How the domain's types are stored. Orphans on purpose: the domain knows no database.
module Retail.Db.Field (enumField) where

import Data.ByteString.Char8 qualified as Bytes
import Data.Int (Int64)
import Data.Text (Text)
import Data.Text.Encoding (decodeUtf8')
import Data.Typeable (Typeable)
import Database.PostgreSQL.Simple.FromField
import Database.PostgreSQL.Simple.ToField
import Retail.Contract.Wire (enumText)
import Retail.Domain.Cart (TaxMode, TaxRounding)
import Retail.Domain.Currency (Currency, currencyCode)
import Retail.Domain.Id (Id (..))
import Retail.Domain.Money (BasisPoints, Money, fromMinorUnits, minorUnits, pointsOf, toBasisPoints)
import Retail.Domain.Payment (PaymentState)
import Retail.Domain.PurchaseOrder (PurchaseState)
import Retail.Domain.Quantity (Quantity, Tally, Unit, tallied, thousandths, toQuantity, toTally)
import Retail.Domain.Role (Role)
import Retail.Domain.Sale (SaleState)
import Retail.Domain.StockTake (StockTakeState)
import Retail.Domain.Tender (Method)
import Retail.Domain.TillSession (SessionState)
import Retail.Domain.Transfer (TransferState)
import Retail.Domain.WebOrder (OrderState)

instance ToField (Id kind) where
  toField = toField . uuid

instance FromField (Id kind) where
  fromField field = fmap Id . fromField field

instance ToField Money where
  toField = toField . minorUnits

-- | From bigint, and from the numeric that PostgreSQL makes of its sums.
instance FromField Money where
  fromField field bytes = case bytes >>= Bytes.readInteger of
    Just (amount, "") -> pure (fromMinorUnits amount)
    _ -> returnError ConversionFailed field "an amount"

instance ToField Quantity where
  toField = toField . thousandths

instance FromField Quantity where
  fromField = checked toQuantity

instance ToField Tally where
  toField = toField . tallied

instance FromField Tally where
  fromField = checked toTally

instance ToField BasisPoints where
  toField = toField . pointsOf

instance FromField BasisPoints where
  fromField = checked toBasisPoints

checked :: Typeable a => (Integer -> Maybe a) -> FieldParser a
checked make field bytes = do
  number <- fromField field bytes
  maybe (returnError ConversionFailed field (show number)) pure (make (toInteger (number :: Int64)))

enumField :: (Enum a, Bounded a, Typeable a) => (a -> Text) -> FieldParser a
enumField textOf field bytes = case fmap decodeUtf8' bytes of
  Just (Right text) | Just one <- lookup text [(textOf known, known) | known <- [minBound ..]] -> pure one
  _ -> returnError ConversionFailed field "not one of the names that we know"

instance FromField TaxMode where
  fromField = enumField enumText

instance ToField TaxMode where
  toField = toField . enumText

instance FromField TaxRounding where
  fromField = enumField enumText

instance ToField TaxRounding where
  toField = toField . enumText

instance FromField PaymentState where
  fromField = enumField enumText

instance ToField PaymentState where
  toField = toField . enumText

instance FromField Unit where
  fromField = enumField enumText

instance ToField Unit where
  toField = toField . enumText

instance FromField Role where
  fromField = enumField enumText

instance ToField Role where
  toField = toField . enumText

instance FromField SaleState where
  fromField = enumField enumText

instance ToField SaleState where
  toField = toField . enumText

instance FromField Method where
  fromField = enumField enumText

instance ToField Method where
  toField = toField . enumText

instance FromField SessionState where
  fromField = enumField enumText

instance ToField SessionState where
  toField = toField . enumText

instance FromField TransferState where
  fromField = enumField enumText

instance ToField TransferState where
  toField = toField . enumText

instance FromField StockTakeState where
  fromField = enumField enumText

instance ToField StockTakeState where
  toField = toField . enumText

instance FromField PurchaseState where
  fromField = enumField enumText

instance ToField PurchaseState where
  toField = toField . enumText

instance FromField OrderState where
  fromField = enumField enumText

instance ToField OrderState where
  toField = toField . enumText

instance FromField Currency where
  fromField = enumField currencyCode

instance ToField Currency where
  toField = toField . currencyCode
