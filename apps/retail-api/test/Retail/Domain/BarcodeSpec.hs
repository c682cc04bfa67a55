module Retail.Domain.BarcodeSpec (spec) where

import Data.Foldable (for_)
import Data.Text (Text)
import Data.Text qualified as Text
import Retail.Domain.Barcode
import Test.Hspec
import Test.QuickCheck

spec :: Spec
spec = do
  for_ ["96385074", "036000291452", "4006381333931", "9780306406157", "00012345600012"] $ \code ->
    it ("takes " <> Text.unpack code) $ fmap gtinText (gtin code) `shouldBe` Just (Text.justifyRight 14 '0' code)
  for_ ["", "1", "4006381333932", "400638133393", "40063813339315", "4006381333931 ", "٤٠٠٦٣٨١٣٣٣٩٣١", "400638133393a", "'; drop table sale"] $ \code ->
    it ("refuses " <> show code) $ gtin code `shouldBe` Nothing
  it "refuses every other digit in any place" . forAll someGtin $ \code ->
    forAll ((,) <$> choose (0, Text.length code - 1) <*> choose ('0', '9')) $ \(place, digit) ->
      let changed = Text.take place code <> Text.singleton digit <> Text.drop (place + 1) code
       in changed /= code ==> gtin changed === Nothing
  it "knows a UPC-A and the EAN-13 of the same thing as one" $ gtin "036000291452" `shouldBe` gtin "0036000291452"
  it "reads back what a scale prints" . forAll ((,) <$> choose (0, 99_999) <*> vectorOf 6 (choose ('0', '9'))) $ \(value, digits) ->
    let reading = do
          wanted <- referenceCode (Text.pack ('2' : digits))
          printed <- inStoreGtin wanted value >>= inStore
          pure (reference printed == wanted, embedded printed)
     in reading === Just (True, value)
  it "does not take values of six digits, or references of another kind" $ do
    (referenceCode "2123456" >>= (`inStoreGtin` 100_000)) `shouldBe` Nothing
    map referenceCode ["1123456", "212345", "212345x"] `shouldBe` [Nothing, Nothing, Nothing]
  it "sees no in-store code in other codes" $ (gtin "4006381333931" >>= inStore) `shouldBe` Nothing

someGtin :: Gen Text
someGtin = do
  size <- elements [7, 11, 12, 13]
  body <- Text.pack <$> vectorOf size (choose ('0', '9'))
  pure (Text.snoc body (checkDigit body))
