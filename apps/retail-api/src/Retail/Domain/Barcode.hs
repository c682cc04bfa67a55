-- | Barcodes: GTINs with their check digit, and the in-store codes that a scale prints.
module Retail.Domain.Barcode
  ( Gtin,
    gtin,
    gtinText,
    checkDigit,
    InStore,
    reference,
    embedded,
    inStore,
    ReferenceCode,
    referenceCode,
    referenceText,
    inStoreGtin,
  )
where

import Control.Monad (guard)
import Data.Char (digitToInt, intToDigit, isDigit)
import Data.Text (Text)
import Data.Text qualified as Text

-- | A GTIN-8, -12, -13 or -14 whose check digit is right, held as 14 digits with zeros in front: a UPC-A and the
-- EAN-13 of the same thing are one code (GS1 General Specifications, 3.2).
newtype Gtin = Gtin {gtinText :: Text}
  deriving newtype (Eq, Ord, Show)

gtin :: Text -> Maybe Gtin
gtin text = do
  guard (Text.length text `elem` [8, 12, 13, 14] && Text.all isDigit text)
  (body, check) <- Text.unsnoc text
  guard (checkDigit body == check)
  pure (Gtin (Text.justifyRight 14 '0' text))

-- | The check digit for the digits before it: weights 3 and 1 from the right (GS1 General Specifications, 7.9.1).
checkDigit :: Text -> Char
checkDigit body = intToDigit ((10 - total `mod` 10) `mod` 10)
  where
    total = sum (zipWith (*) (cycle [3, 1]) (map digitToInt (Text.unpack (Text.reverse body))))

-- | What an in-store code is about: @2@, a digit, and the five digits of an item.
newtype ReferenceCode = ReferenceCode {referenceText :: Text}
  deriving newtype (Eq, Ord, Show)

referenceCode :: Text -> Maybe ReferenceCode
referenceCode text = do
  guard (Text.length text == 7 && Text.all isDigit text && Text.isPrefixOf "2" text)
  pure (ReferenceCode text)

-- | An EAN-13 that begins with 2: the item, and five digits that are a weight in grams or a price in minor units,
-- as the catalogue says.
data InStore = InStore {reference :: ReferenceCode, embedded :: Integer}
  deriving stock (Eq, Show)

inStore :: Gtin -> Maybe InStore
inStore (Gtin text) = do
  ean <- Text.stripPrefix "0" text
  code <- referenceCode (Text.take 7 ean)
  let value = Text.foldl' (\sofar digit -> sofar * 10 + toInteger (digitToInt digit)) 0 (Text.take 5 (Text.drop 7 ean))
  pure (InStore code value)

-- | The code that a scale would print; 'Nothing' if the value does not fit into five digits.
inStoreGtin :: ReferenceCode -> Integer -> Maybe Gtin
inStoreGtin (ReferenceCode code) value = do
  guard (value >= 0 && value < 100_000)
  let body = code <> Text.justifyRight 5 '0' (Text.pack (show value))
  gtin (Text.snoc body (checkDigit body))
