module Retail.Http.SaleSpec (spec) where

import Control.Monad (forM_, replicateM_, void)
import Data.Aeson (Value (..), object, toJSON, (.=))
import Data.Text (Text)
import Data.Text qualified as Text
import Retail.Domain.Barcode (checkDigit)
import Support.Shop
import Test.Hspec

-- | One day at a till, told in order.
spec :: Spec
spec = aroundAll (\use -> withShop (\shop@Shop {admin} -> stocked admin >>= \catalogue -> use (shop, catalogue))) $ do
  it "scans: a pack, a weight, a price" $ \(Shop {admin}, Catalogue {..}) -> do
    pack <- okay (get admin "/barcodes/96385074")
    (text (pack ! "variantId"), whole (pack ! "quantity")) `shouldBe` (tea, 6_000)
    weight <- okay (get admin ("/barcodes/" <> printed "210000101234"))
    (text (weight ! "variantId"), whole (weight ! "quantity")) `shouldBe` (apples, 1_234)
    price <- okay (get admin ("/barcodes/" <> printed "220000100598"))
    (whole (price ! "fixed"), whole (price ! "quantity")) `shouldBe` (598, 2_000)
    get admin "/barcodes/4006381333932" `refusedAs` (422, "invalid-value")
    get admin "/barcodes/0012345678905" `refusedAs` (404, "not-found")
  it "prices a cart, and takes the price of a printed code from the code" $ \(Shop {admin}, Catalogue {..}) -> do
    let cart = object ["currency" .= s "EUR", "lines" .= [line tea 2_000, object ["variantId" .= apples, "quantity" .= n 2_000, "code" .= printed "220000100598"]], "discount" .= object ["amount" .= n 96]]
    priced <- okay (post admin "/carts/price" cart)
    map (whole . (priced !)) ["amount", "reduction", "total", "cashTotal", "tax"] `shouldBe` [1_396, 96, 1_300, 1_300, 85]
    post admin "/carts/price" (cartOf [object ["variantId" .= tea, "quantity" .= n 1_000, "code" .= printed "220000100598"]]) `refusedAs` (422, "unknown-reference")
  it "sells with split tender, rounding and change, and takes the goods off the shelf" $ \(Shop {admin}, Catalogue {..}) -> do
    sale <- newId
    sold <- okay (post admin "/checkouts" (checkout session sale [line tea 3_000, line gift 1_000] [card 500 "tok", cash 1_000]))
    let top = sold ! "head"
    map (whole . (top !)) ["total", "rounding", "change", "receipt"] `shouldBe` [1_347, -2, 155, 1]
    [(text (p ! "method"), whole (p ! "amount"), text (p ! "state")) | p <- rowsOf (sold ! "payments")]
      `shouldMatchList` [("cash", 845, "settled"), ("card", 500, "settled")]
    onHand admin location tea `shouldReturn` 97_000
  it "keeps a sale open and its declined card on record, then takes cash" $ \(Shop {admin}, Catalogue {..}) -> do
    sale <- newId
    _ <- okay (post admin "/sales" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= cartOf [line tea 1_000]]))
    key <- newKey
    replicateM_ 2 $
      postOnce admin key ("/sales/" <> sale <> "/complete") (object ["tenders" .= [card 200 "tok", card 199 "declined"]]) `refusedAs` (402, "card-declined")
    kept <- okay (get admin ("/sales/" <> sale))
    text (kept ! "head" ! "state") `shouldBe` "open"
    [text (p ! "state") | p <- rowsOf (kept ! "payments")] `shouldMatchList` ["cancelled", "declined"]
    done <- okay (post admin ("/sales/" <> sale <> "/complete") (object ["tenders" .= [cash 400]]))
    whole (done ! "head" ! "receipt") `shouldBe` 2
  it "parks, resumes, changes and voids" $ \(Shop {admin}, Catalogue {..}) -> do
    sale <- newId
    let at action = "/sales/" <> sale <> "/" <> action
    _ <- okay (post admin "/sales" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= cartOf [line tea 1_000]]))
    _ <- okay (post admin (at "park") Null)
    post admin (at "complete") (object ["tenders" .= [cash 400]]) `refusedAs` (409, "wrong-state")
    resumed <- okay (post admin (at "resume") Null)
    let version = resumed ! "head" ! "version"
    _ <- okay (put admin ("/sales/" <> sale) (object ["version" .= version, "cart" .= cartOf [line tea 2_000]]))
    put admin ("/sales/" <> sale) (object ["version" .= version, "cart" .= cartOf [line tea 5_000]]) `refusedAs` (409, "version-conflict")
    voided <- okay (post admin (at "void") Null)
    text (voided ! "head" ! "state") `shouldBe` "voided"
    post admin (at "resume") Null `refusedAs` (409, "wrong-state")
    onHand admin location tea `shouldReturn` 96_000
  it "gives a parked sale back with its codes and discounts, so that it is resumed as it was" $ \(Shop {admin}, Catalogue {..}) -> do
    sale <- newId
    let asked = object ["currency" .= s "EUR", "lines" .= [object ["variantId" .= apples, "quantity" .= n 2_000, "code" .= printed "220000100598", "discount" .= object ["percent" .= n 1_000, "amount" .= Null]], object ["variantId" .= tea, "quantity" .= n 1_000, "code" .= Null, "discount" .= Null]], "discount" .= object ["percent" .= Null, "amount" .= n 7]]
    started <- okay (post admin "/sales" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= asked]))
    started ! "cart" `shouldBe` asked
    _ <- okay (post admin ("/sales/" <> sale <> "/park") Null)
    parked <- okay (get admin ("/sales/" <> sale))
    again <- okay (post admin "/carts/price" (parked ! "cart"))
    map (again !) ["amount", "reduction", "total"] `shouldBe` map (parked ! "head" !) ["amount", "reduction", "total"]
    _ <- okay (post admin ("/sales/" <> sale <> "/resume") Null)
    changed <- okay (put admin ("/sales/" <> sale) (object ["version" .= n 3, "cart" .= cartOf [line tea 1_000]]))
    changed ! "cart" ! "discount" `shouldBe` Null
    void (okay (post admin ("/sales/" <> sale <> "/void") Null))
  it "says which session is open at a till, and which there were" $ \(Shop {admin}, Catalogue {..}) -> do
    tills <- okay (get admin "/tills")
    tills ! "0" ! "openSession" `shouldBe` toJSON session
    page <- okay (get admin ("/till-sessions?till=" <> till))
    [one ! "tillSessionId" | one <- rowsOf (page ! "items")] `shouldBe` [toJSON session]
    get admin "/till-sessions?till=ffffffff-ffff-4fff-bfff-ffffffffffff" `refusedAs` (404, "not-found")
  it "gives back against lines, and never more than was sold" $ \(Shop {admin}, Catalogue {..}) -> do
    sale <- newId
    sold <- okay (post admin "/checkouts" (checkout session sale [line tea 3_000, line apples 1_500] [card 1_646 "tok"]))
    whole (sold ! "head" ! "total") `shouldBe` 1_646
    let payment = text (sold ! "payments" ! "0" ! "paymentId")
        refund lines' method paymentId = object ["tillSessionId" .= session, "lines" .= [object ["position" .= n position, "quantity" .= n count, "restock" .= True] | (position, count) <- lines'], "method" .= s method, "paymentId" .= (paymentId :: Maybe Text)]
        back = post admin ("/sales/" <> sale <> "/refunds")
    first <- okay (back (refund [(1, 1_000)] "cash" Nothing))
    map (whole . (first !)) ["total", "rounding", "receipt"] `shouldBe` [399, 1, 4]
    second <- okay (back (refund [(1, 2_000), (2, 1_500)] "card" (Just payment)))
    whole (second ! "total") `shouldBe` 1_247
    back (refund [(1, 1_000)] "cash" Nothing) `refusedAs` (422, "refund-too-large")
    back (refund [(9, 1_000)] "cash" Nothing) `refusedAs` (422, "invalid-value")
    onHand admin location tea `shouldReturn` 96_000
  it "sells no more than there is, of what may not be oversold" $ \(Shop {admin}, Catalogue {..}) -> do
    sale <- newId
    post admin "/checkouts" (checkoutOf session sale (cartOf [line tea 97_000]) 100_000) `refusedAs` (409, "insufficient-stock")
    get admin ("/sales/" <> sale) `refusedAs` (404, "not-found")
  it "counts, closes, and keeps a Z-report that is the sum of the day" $ \(Shop {admin}, Catalogue {..}) -> do
    let at action = "/till-sessions/" <> session <> "/" <> action
    _ <- okay (post admin (at "cash-movements") (object ["direction" .= s "paid-out", "amount" .= n 2_000, "reason" .= s "window cleaner"]))
    post admin (at "close") Null `refusedAs` (409, "wrong-state")
    counted <- okay (post admin (at "count") (object ["counted" .= n 9_000]))
    map (whole . (counted !)) ["expectedCash", "difference"] `shouldBe` [8_845, 155]
    sale <- newId
    post admin "/checkouts" (checkoutOf session sale (cartOf [line gift 1_000]) 150) `refusedAs` (409, "wrong-state")
    _ <- okay (post admin (at "reopen") Null)
    _ <- okay (post admin (at "count") (object ["counted" .= n 8_845]))
    z <- okay (post admin (at "close") Null)
    okay (get admin (at "report")) `shouldReturn` z
    let at' = whole . (z !)
    map at' ["sales", "refunds", "firstReceipt", "lastReceipt", "difference"] `shouldBe` [3, 2, 1, 5, 0]
    at' "cashSales" + at' "cardSales" - at' "cashRefunds" - at' "cardRefunds" `shouldBe` at' "total" + at' "rounding"
    at' "net" + at' "tax" `shouldBe` at' "total"
    sum [whole (row ! "tax") | row <- rowsOf (z ! "taxes")] `shouldBe` at' "tax"
    at' "expectedCash" `shouldBe` at' "openingFloat" + at' "paidIn" - at' "paidOut" + at' "cashSales" - at' "cashRefunds"
    post admin (at "count") (object ["counted" .= n 1]) `refusedAs` (409, "wrong-state")
  it "opens one session per till" $ \(Shop {admin}, Catalogue {..}) -> do
    void (okay (post admin "/till-sessions" (object ["tillId" .= till, "openingFloat" .= n 0])))
    post admin "/till-sessions" (object ["tillId" .= till, "openingFloat" .= n 0]) `refusedAs` (409, "duplicate")
    first <- okay (get admin "/till-sessions?limit=1")
    second <- okay (get admin ("/till-sessions?limit=1&after=" <> text (first ! "next")))
    (first ! "items" ! "0" ! "state", second ! "items" ! "0" ! "tillSessionId") `shouldBe` ("open", toJSON session)
  it "finds variants by SKU and name, in pages, with what a till needs to sell them offline" $ \(Shop {admin}, Catalogue {..}) -> do
    found <- okay (get admin "/variants?search=aPPl")
    let apple = found ! "items" ! "0"
    (apple ! "variant" ! "variantId", whole (apple ! "rate"), apple ! "productName") `shouldBe` (toJSON apples, 700, "Tea")
    [text (code ! "code") | code <- rowsOf (apple ! "barcodes")] `shouldBe` ["2100001", "2200001"]
    length (rowsOf (found ! "items")) `shouldBe` 1
    none <- okay (get admin "/variants?search=%25")
    rowsOf (none ! "items") `shouldBe` []
    first <- okay (get admin "/variants?limit=2")
    rest <- okay (get admin ("/variants?limit=2&after=" <> text (first ! "next")))
    [text (one ! "variant" ! "sku") | page <- [first, rest], one <- rowsOf (page ! "items")] `shouldBe` ["APPLES", "TEA", "WRAPPING"]
  it "sells nothing of a product that is archived, until it is not any more" $ \(Shop {admin}, Catalogue {..}) -> do
    let archive archived version = put admin ("/products/" <> product') (object ["name" .= s "Tea", "taxCategoryId" .= category, "archived" .= (archived :: Bool), "version" .= n version])
        listed = length . rowsOf . (! "items") <$> okay (get admin "/variants")
    _ <- okay (archive True 1)
    get admin "/barcodes/4006381333931" `refusedAs` (404, "not-found")
    post admin "/carts/price" (cartOf [line tea 1_000]) `refusedAs` (422, "unknown-reference")
    listed `shouldReturn` 0
    _ <- okay (archive False 2)
    void (okay (get admin "/barcodes/4006381333931"))
    listed `shouldReturn` 3
  it "lists products in pages" $ \(Shop {admin}, Catalogue {..}) -> do
    forM_ [1 .. 7 :: Int] $ \number -> okay (post admin "/products" (object ["name" .= ("Zest " <> Text.pack (show number)), "taxCategoryId" .= category]))
    let pages path =
          okay (get admin path) >>= \page -> case page ! "next" of
            Null -> pure [rowsOf (page ! "items")]
            next -> (rowsOf (page ! "items") :) <$> pages ("/products?limit=3&after=" <> Text.replace " " "%20" (text next))
    rows <- pages "/products?limit=3"
    map length rows `shouldBe` [3, 3, 2]
    [text (row ! "name") | row <- concat rows] `shouldBe` ("Tea" : ["Zest " <> Text.pack (show number) | number <- [1 .. 7 :: Int]])
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    cash amount = object ["method" .= s "cash", "amount" .= n amount]
    card amount token = object ["method" .= s "card", "amount" .= n amount, "card" .= s token]
    checkout session sale given tenders = object ["saleId" .= (sale :: Text), "tillSessionId" .= (session :: Text), "cart" .= cartOf given, "tenders" .= (tenders :: [Value])]

onHand :: Client -> Text -> Text -> IO Integer
onHand client location variant = do
  levels <- okay (get client ("/locations/" <> location <> "/stock"))
  pure (sum [whole (level ! "onHand") | level <- rowsOf (levels ! "items"), level ! "variantId" == toJSON variant])

-- | With its check digit.
printed :: Text -> Text
printed body = Text.snoc body (checkDigit body)
