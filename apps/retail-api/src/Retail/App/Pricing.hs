-- | From a cart as a till sends it to a cart with prices, discounts and tax, as the catalogue has them now.
module Retail.App.Pricing (priceFor, Priced (..), toContract, scan, codesOf) where

import Control.Monad (unless)
import Data.Foldable (toList)
import Data.List.NonEmpty (NonEmpty, nonEmpty)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Text qualified as Text
import Retail.App.Problem
import Retail.Contract.Catalogue qualified as Contract
import Retail.Contract.Sale qualified as Contract
import Retail.Contract.Staff (Organisation (..))
import Retail.Contract.Till (TaxSum (..))
import Retail.Db.Catalogue (Article (..), CodeFound (..))
import Retail.Db.Sale (Sold (..))
import Retail.Domain.Barcode
import Retail.Domain.Cart hiding (lines)
import Retail.Domain.Cart qualified as Domain
import Retail.Domain.Currency (currencyCode)
import Retail.Domain.Money
import Retail.Domain.Quantity
import Retail.Domain.Tender (roundCash, toCashStep)

data Priced = Priced {cart :: Contract.PricedCart, sold :: [Sold], discounted :: Bool}

-- | Prices a cart with the articles that the first argument finds, and says whether a discount was asked for.
priceFor :: ([Text] -> IO [CodeFound]) -> [Article] -> Organisation -> Contract.Cart -> IO Priced
priceFor findCodes articles Organisation {currency = ours, taxMode, taxRounding, cashStep = step} Contract.Cart {currency, lines, discount} = do
  unless (currency == ours) $
    refuse CurrencyMismatch ("This shop sells in " <> currencyCode ours <> ".")
  given <- nonEmpty lines `orRefuse` (InvalidValue, "A cart has at least one line.")
  domainLines <- traverse (lineOf findCodes articles) given
  cartDiscount <- discountFrom discount
  priced <- either pricingProblem pure (priceCart Pricing {taxMode, taxRounding} cartDiscount domainLines)
  rounding <- toCashStep step `orRefuse` (Internal, "The organisation's cash step is not usable.")
  pure
    Priced
      { cart = toContract (roundCash rounding) priced,
        sold = [Sold {line = contractLine priced', asked, tracked} | (asked, priced'@PricedLine {line = CartLine {item = Article {tracked}}}) <- zip lines (toList (pricedLines priced))],
        discounted = any (/= NoDiscount) (cartDiscount : toList (fmap (\CartLine {discount} -> discount) domainLines))
      }

pricedLines :: PricedCart item -> NonEmpty (PricedLine item)
pricedLines PricedCart {Domain.lines = lines} = lines

lineOf :: ([Text] -> IO [CodeFound]) -> [Article] -> Contract.CartLine -> IO (CartLine Article)
lineOf findCodes articles Contract.CartLine {variantId, quantity, code, discount} = do
  item@Article {unit, price, rate, sku} <- Map.lookup variantId known `orRefuse` (UnknownReference, "There is no such variant.")
  unless (fitsUnit unit quantity) $
    refuse InvalidValue (sku <> " is sold in whole pieces: multiples of 1000 thousandths.")
  fixed <- maybe (pure Nothing) (fixedAmount findCodes item) code
  lineDiscount <- discountFrom discount
  pure CartLine {item, unitPrice = price, quantity, fixed, rate, discount = lineDiscount}
  where
    known = Map.fromList [(id', article) | article@Article {variantId = id'} <- articles]

-- | Reads the amount out of a code again: a till does not say what a thing costs.
fixedAmount :: ([Text] -> IO [CodeFound]) -> Article -> Text -> IO (Maybe Money)
fixedAmount findCodes Article {variantId, sku} code = do
  parsed <- gtin code `orRefuse` (InvalidValue, "The code is not a GTIN with a right check digit.")
  found <- findCodes (codesOf parsed)
  case [scan parsed one | one@CodeFound {variantId = owner} <- found, owner == variantId] of
    Just Contract.Scan {fixed} : _ -> pure fixed
    _ -> refuse UnknownReference ("The code is not one of " <> sku <> ".")

-- | What to look for in the catalogue: the code as it is, and the reference of an in-store code.
codesOf :: Gtin -> [Text]
codesOf parsed = gtinText parsed : maybe [] (\code -> [referenceText (reference code)]) (inStore parsed)

-- | What a scanned code means, given what the catalogue has for it. 'Nothing' for a weight of nothing.
scan :: Gtin -> CodeFound -> Maybe Contract.Scan
scan parsed CodeFound {kind, pack, variantId, sku, name, unit, price} = case kind of
  Contract.Gtin -> withQuantity (toQuantity (toInteger pack * thousandths oneUnit)) Nothing
  Contract.Weight -> inStore parsed >>= \code -> withQuantity (toQuantity (embedded code)) Nothing
  Contract.Price -> do
    amount <- inStore parsed >>= toMoney . embedded
    let bought = if unit == Kilogram then quantityFor price amount else Just oneUnit
    withQuantity bought (Just amount)
  where
    withQuantity count fixed =
      (\quantity -> Contract.Scan {variantId, sku, name, unit, unitPrice = price, quantity, fixed}) <$> count

discountFrom :: Maybe Contract.Discount -> IO Discount
discountFrom = \case
  Nothing -> pure NoDiscount
  Just Contract.Discount {percent = Nothing, amount = Nothing} -> pure NoDiscount
  Just Contract.Discount {percent = Just points, amount = Nothing} -> pure (PercentOff points)
  Just Contract.Discount {percent = Nothing, amount = Just off} -> pure (AmountOff off)
  Just _ -> refuse InvalidValue "A discount is a percentage or an amount, not both."

pricingProblem :: PricingFault -> IO a
pricingProblem = \case
  NegativeAmount -> refuse InvalidValue "Prices and discounts are not negative."
  Domain.DiscountTooLarge -> refuse Retail.App.Problem.DiscountTooLarge "The discount is more than what it is taken from."
  Domain.TotalTooLarge -> refuse Retail.App.Problem.TotalTooLarge ("No amount may be above " <> Text.pack (show largestAmount) <> " minor units.")

toContract :: (Money -> Money) -> PricedCart Article -> Contract.PricedCart
toContract rounded cart@PricedCart {amount, reduction, net, tax, total, taxes} =
  Contract.PricedCart
    { amount,
      reduction,
      net,
      tax,
      total,
      cashTotal = rounded total,
      lines = map contractLine (toList (pricedLines cart)),
      taxes = [TaxSum {rate, net, tax} | TaxTotal {rate, net, tax} <- taxes]
    }

contractLine :: PricedLine Article -> Contract.PricedLine
contractLine PricedLine {line = CartLine {item = Article {variantId, sku, name}, unitPrice, quantity, rate}, amount, reduction, net, tax, total} =
  Contract.PricedLine {variantId, sku, name, quantity, unitPrice, rate, amount, reduction, net, tax, total}
