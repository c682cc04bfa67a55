{-# LANGUAGE AllowAmbiguousTypes #-}
{-# LANGUAGE DefaultSignatures #-}

-- | How values travel as JSON. One class gives the encoder, the decoder and the schema of a type, so that the three
-- cannot disagree. Decoding is strict (unknown fields are refused) and collects every complaint with its path.
module Retail.Contract.Wire
  ( Wire (..),
    Json,
    BytesOf,
    Complaint (..),
    Decoded (..),
    decodeText,
    encodeBytes,
    Enumerated (..),
    enumText,
    complain,
  )
where

import Data.Aeson (Value (..))
import Data.Aeson qualified as Aeson
import Data.Aeson.Encoding qualified as Encoding
import Data.Aeson.Key qualified as Key
import Data.Aeson.KeyMap qualified as KeyMap
import Data.Bifunctor (first)
import Data.ByteString (ByteString)
import Data.ByteString.Lazy qualified as Lazy
import Data.Char (isUpper)
import Data.Foldable (toList)
import Data.Int (Int64)
import Data.Kind (Type)
import Data.Proxy (Proxy (..))
import Data.Scientific qualified as Scientific
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (UTCTime)
import Data.Typeable (Typeable, typeRep)
import Data.UUID.Types qualified as UUID
import GHC.Generics
import GHC.TypeLits (KnownSymbol, symbolVal)
import Network.HTTP.Media ((//))
import Retail.Contract.Schema (Field (..), Schema)
import Retail.Contract.Schema qualified as Schema
import Retail.Domain.Cart (TaxMode, TaxRounding)
import Retail.Domain.Currency (Currency, currency, currencyCode)
import Retail.Domain.Id (Id (..))
import Retail.Domain.Money (BasisPoints, Money, minorUnits, pointsOf, toBasisPoints, toMoney)
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
import Servant.API.ContentTypes (Accept (..), MimeRender (..), MimeUnrender (..))

-- | What is wrong, and where: @lines[2].quantity@.
data Complaint = Complaint {path :: [Text], reason :: Text}
  deriving stock (Eq, Show)

newtype Decoded a = Decoded (Either [Complaint] a)
  deriving newtype (Functor)

instance Applicative Decoded where
  pure = Decoded . Right
  Decoded (Left these) <*> Decoded (Left those) = Decoded (Left (these <> those))
  Decoded (Left these) <*> _ = Decoded (Left these)
  Decoded (Right f) <*> Decoded given = Decoded (f <$> given)

complain :: Text -> Decoded a
complain reason = Decoded (Left [Complaint {path = [], reason}])

below :: Text -> Decoded a -> Decoded a
below segment (Decoded result) = Decoded (first (map deeper) result)
  where
    deeper Complaint {path, reason} = Complaint {path = segment : path, reason}

class Wire a where
  schema :: Schema
  encode :: a -> Aeson.Encoding
  decode :: Value -> Decoded a

  -- | What a missing field means, where it may be missing.
  absent :: Maybe a
  absent = Nothing

  default schema :: (Generic a, GRecord (Rep a)) => Schema
  schema = Schema.Record (gName @(Rep a)) (gFields @(Rep a))
  default encode :: (Generic a, GRecord (Rep a)) => a -> Aeson.Encoding
  encode = Encoding.pairs . gSeries . from
  default decode :: (Generic a, GRecord (Rep a)) => Value -> Decoded a
  decode = \case
    Object object -> to <$> (gDecode object <* onlyKnown (gFields @(Rep a)) object)
    _ -> complain "must be an object"

onlyKnown :: [Field] -> Aeson.Object -> Decoded ()
onlyKnown fields object = case filter (`notElem` known) (map Key.toText (KeyMap.keys object)) of
  [] -> pure ()
  strangers -> Decoded (Left [Complaint {path = [stranger], reason = "is not a field"} | stranger <- strangers])
  where
    known = [name | Field {name} <- fields]

-- | The text is what is wrong with the JSON, or every complaint about what it says.
decodeText :: Wire a => Lazy.ByteString -> Either Text a
decodeText bytes = do
  value <- first (const "is not JSON") (Aeson.eitherDecode bytes)
  let Decoded result = decode value
  first (Text.intercalate "; " . map sayComplaint) result

sayComplaint :: Complaint -> Text
sayComplaint Complaint {path, reason} = Text.unwords (filter (not . Text.null) [foldl join "" path, reason])
  where
    join sofar segment
      | Text.null sofar || "[" `Text.isPrefixOf` segment = sofar <> segment
      | otherwise = sofar <> "." <> segment

encodeBytes :: Wire a => a -> Lazy.ByteString
encodeBytes = Encoding.encodingToLazyByteString . encode

-- | The content type of everything that has a 'Wire' instance.
data Json

instance Accept Json where
  contentType _ = "application" // "json"

instance Wire a => MimeRender Json a where
  mimeRender _ = encodeBytes

instance Wire a => MimeUnrender Json a where
  mimeUnrender _ = first Text.unpack . decodeText

-- | JSON of that type that is taken as the bytes that came.
data BytesOf a

instance Accept (BytesOf a) where
  contentType _ = "application" // "json"

instance MimeUnrender (BytesOf a) ByteString where
  mimeUnrender _ = Right . Lazy.toStrict

-- Records

class GRecord (f :: Type -> Type) where
  gName :: Text
  gName = ""
  gFields :: [Field]
  gSeries :: f p -> Aeson.Series
  gDecode :: Aeson.Object -> Decoded (f p)

instance (Datatype d, GRecord f) => GRecord (D1 d f) where
  gName = Text.pack (datatypeName (MetaOf :: MetaOf d U1 ()))
  gFields = gFields @f
  gSeries (M1 inner) = gSeries inner
  gDecode = fmap M1 . gDecode

instance GRecord f => GRecord (C1 c f) where
  gFields = gFields @f
  gSeries (M1 inner) = gSeries inner
  gDecode = fmap M1 . gDecode

instance (GRecord f, GRecord g) => GRecord (f :*: g) where
  gFields = gFields @f <> gFields @g
  gSeries (left :*: right) = gSeries left <> gSeries right
  gDecode object = (:*:) <$> gDecode object <*> gDecode object

instance (Selector s, Wire a) => GRecord (S1 s (K1 i a)) where
  gFields = [Field {name = fieldName @s, shape = schema @a}]
  gSeries (M1 (K1 value)) = Encoding.pair (Key.fromText (fieldName @s)) (encode value)
  gDecode object = M1 . K1 <$> below (fieldName @s) found
    where
      found = case KeyMap.lookup (Key.fromText (fieldName @s)) object of
        Just value -> decode value
        Nothing -> maybe (complain "is missing") pure absent

fieldName :: forall (s :: Meta). Selector s => Text
fieldName = Text.pack (selName (MetaOf :: MetaOf s U1 ()))

-- | Stands for a type's metadata where GHC.Generics wants a value.
data MetaOf (meta :: Meta) (f :: Type -> Type) a = MetaOf

-- Scalars

-- | The body of a request that has none.
instance Wire () where
  schema = Schema.Record "Nothing" []
  encode () = Encoding.null_
  decode _ = pure ()

instance Wire Text where
  schema = Schema.AnyText
  encode = Encoding.text
  decode = \case
    String text
      | Text.any (== '\0') text -> complain "must not contain the character U+0000"
      | Text.length text > 1_000 -> complain "must have at most 1000 characters"
      | otherwise -> pure text
    _ -> complain "must be a text"

instance Wire Bool where
  schema = Schema.Flag
  encode = Encoding.bool
  decode = \case
    Bool flag -> pure flag
    _ -> complain "must be true or false"

instance Wire Int where
  schema = Schema.Whole
  encode = Encoding.int
  decode = wholeThen $ \number ->
    if abs number <= 1_000_000_000 then pure (fromInteger number) else complain "is too large"

instance Wire Money where
  schema = Schema.Amount
  encode = Encoding.integer . minorUnits
  decode = wholeThen $ maybe (complain "is too large an amount") pure . toMoney

instance Wire Quantity where
  schema = Schema.Count
  encode = Encoding.integer . thousandths
  decode = wholeThen $ maybe (complain "must be between 1 and 1000000000 thousandths") pure . toQuantity

instance Wire Tally where
  schema = Schema.Tally
  encode = Encoding.integer . tallied
  decode = wholeThen $ maybe (complain "must be between 0 and 1000000000 thousandths") pure . toTally

instance Wire BasisPoints where
  schema = Schema.Points
  encode = Encoding.integer . pointsOf
  decode = wholeThen $ maybe (complain "must be between 0 and 10000 hundredths of a percent") pure . toBasisPoints

instance Wire UTCTime where
  schema = Schema.Instant
  encode = Encoding.utcTime
  decode value = case Aeson.fromJSON value of
    Aeson.Success time -> pure time
    Aeson.Error _ -> complain "must be a time such as 2026-11-22T19:00:00Z"

instance KnownSymbol kind => Wire (Id kind) where
  schema = Schema.Identifier (Text.pack (symbolVal (Proxy @kind)))
  encode (Id uuid) = Encoding.text (UUID.toText uuid)
  decode = \case
    String text -> maybe (complain "must be a UUID") (pure . Id) (UUID.fromText text)
    _ -> complain "must be a UUID"

instance Wire Currency where
  schema = Schema.Enumeration "Currency" (map currencyCode [minBound ..])
  encode = Encoding.text . currencyCode
  decode = \case
    String code -> maybe (complain "is not a currency that we know") pure (currency code)
    _ -> complain "must be a currency code"

-- | A bounded read: 1e1000000000 is refused without being expanded.
wholeThen :: (Integer -> Decoded a) -> Value -> Decoded a
wholeThen next = \case
  Number number -> maybe (complain "must be a whole number") (next . toInteger) (Scientific.toBoundedInteger @Int64 number)
  _ -> complain "must be a whole number"

instance Wire a => Wire [a] where
  schema = Schema.List (schema @a)
  encode = Encoding.list encode
  decode = \case
    Array items
      | length items > 1_000 -> complain "must have at most 1000 items"
      | otherwise -> sequenceA (zipWith item [0 :: Int ..] (toList items))
    _ -> complain "must be a list"
    where
      item index = below ("[" <> Text.pack (show index) <> "]") . decode

instance Wire a => Wire (Maybe a) where
  schema = Schema.Optional (schema @a)
  encode = maybe Encoding.null_ encode
  decode = \case
    Null -> pure Nothing
    value -> Just <$> decode value
  absent = Just Nothing

-- | Enumerations travel as the names of their constructors: @PerLine@ is @per-line@.
newtype Enumerated a = Enumerated a

instance (Typeable a, Show a, Enum a, Bounded a) => Wire (Enumerated a) where
  schema = Schema.Enumeration (Text.pack (show (typeRep (Proxy @a)))) (map enumText [minBound :: a ..])
  encode (Enumerated value) = Encoding.text (enumText value)
  decode value = maybe (complain ("must be one of " <> Text.intercalate ", " (map fst known))) (pure . Enumerated) found
    where
      known = [(enumText one, one) | one <- [minBound :: a ..]]
      found = case value of
        String text -> lookup text known
        _ -> Nothing

enumText :: Show a => a -> Text
enumText = Text.intercalate "-" . map (Text.toLower . Text.pack) . humps . show
  where
    humps = foldr hump []
    hump letter (word : rest) | not (startsUpper word) = (letter : word) : rest
    hump letter words' = [letter] : words'
    startsUpper = any isUpper . take 1

deriving via Enumerated TaxMode instance Wire TaxMode

deriving via Enumerated TaxRounding instance Wire TaxRounding

deriving via Enumerated Unit instance Wire Unit

deriving via Enumerated Method instance Wire Method

deriving via Enumerated PaymentState instance Wire PaymentState

deriving via Enumerated SaleState instance Wire SaleState

deriving via Enumerated SessionState instance Wire SessionState

deriving via Enumerated TransferState instance Wire TransferState

deriving via Enumerated StockTakeState instance Wire StockTakeState

deriving via Enumerated PurchaseState instance Wire PurchaseState

deriving via Enumerated OrderState instance Wire OrderState

deriving via Enumerated Role instance Wire Role
