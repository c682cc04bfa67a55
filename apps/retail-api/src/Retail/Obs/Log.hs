-- | Events as JSON lines.
module Retail.Obs.Log (logLine) where

import Data.Aeson (Encoding)
import Data.Aeson.Encoding (Series, encodingToLazyByteString, pair, pairs)
import Data.Aeson.Encoding qualified as Encoding
import Data.Aeson.Key (Key)
import Data.ByteString.Lazy qualified as Lazy
import Data.Text (Text)
import Data.Time (UTCTime)
import Retail.Contract.Wire (Wire, encode, enumText)
import Retail.Obs.Event

logLine :: UTCTime -> Event -> Lazy.ByteString
logLine at event =
  encodingToLazyByteString . pairs $
    pair "at" (Encoding.utcTime at) <> pair "level" (Encoding.text (enumText (levelOf event))) <> fields event

fields :: Event -> Series
fields = \case
  Started {port} -> kind "started" <> pair "port" (Encoding.int port)
  Draining -> kind "draining"
  Stopped -> kind "stopped"
  Migrated {migration} -> kind "migrated" <> text "migration" migration
  Served {..} ->
    kind "served"
      <> text "method" method
      <> text "route" route
      <> pair "status" (Encoding.int status)
      <> pair "seconds" (Encoding.double seconds)
      <> text "request" request
  SaleCompleted {..} -> kind "sale-completed" <> wire "organisation" organisation <> wire "sale" sale
  SaleRefunded {..} -> kind "sale-refunded" <> wire "organisation" organisation <> wire "refund" refund
  CardRefused {organisation} -> kind "card-refused" <> wire "organisation" organisation
  PaymentEventRefused -> kind "payment-event-refused"
  OrderExpired {..} -> kind "order-expired" <> wire "organisation" organisation <> wire "order" order
  Purged {rows} -> kind "purged" <> pair "rows" (Encoding.int rows)
  LoginRefused -> kind "login-refused"
  PinRefused {organisation} -> kind "pin-refused" <> wire "organisation" organisation
  DatabaseTrouble {reason} -> kind "database-trouble" <> text "reason" reason
  Bug {..} -> kind "bug" <> text "reason" reason <> text "request" request
  where
    kind :: Text -> Series
    kind = text "event"

text :: Key -> Text -> Series
text key = pair key . Encoding.text

wire :: Wire a => Key -> a -> Series
wire key value = pair key (encode value :: Encoding)
