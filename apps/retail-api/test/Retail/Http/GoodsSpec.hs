module Retail.Http.GoodsSpec (spec) where

import Control.Concurrent.Async (forConcurrently_)
import Control.Monad (forM, forM_, when)
import Data.Aeson (Value (..), object, toJSON, (.=))
import Data.IORef
import Data.Map.Strict (Map)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Text qualified as Text
import Data.UUID.V4 qualified as V4
import Database.PostgreSQL.Simple
import Support.Goods
import Support.Shop
import Test.Hspec
import Test.QuickCheck

-- | Documents are begun by one worker and go on with another. @Bool@ says which way round the variants are named, or
-- which location it is.
data Step
  = Sell Bool Int
  | Adjust Bool Int
  | Draft Bool Bool Int
  | Send
  | Arrive Int
  | Start Bool
  | Count Int
  | Finish
  | GiveUp
  | Order Bool Int
  | Receive Bool Int
  | CancelOrder
  deriving stock (Show)

someStep :: Gen Step
someStep =
  frequency
    [ (4, Sell <$> arbitrary <*> choose (1, 9)),
      (2, Adjust <$> arbitrary <*> choose (-5, 9)),
      (3, Draft <$> arbitrary <*> arbitrary <*> choose (1, 20)),
      (4, pure Send),
      (3, Arrive <$> choose (-3, 3)),
      (3, Start <$> arbitrary),
      (8, Count <$> choose (-4, 4)),
      (3, pure Finish),
      (1, pure GiveUp),
      (2, Order <$> arbitrary <*> choose (1, 20)),
      (3, Receive <$> arbitrary <*> choose (1, 15)),
      (1, pure CancelOrder)
    ]

-- | What those who got an answer must have done together: on hand, and sent but not received.
data Model = Model {onHand :: Map (Text, Text) Integer, travelling :: Map (Text, Text) Integer}

type Goods = [(Text, Integer)]

data World = World
  { client :: Client,
    shop, cellar, session, supplier, tea, apples :: Text,
    model :: IORef Model,
    drafts, sent :: IORef [(Text, (Text, Text), Goods)],
    takes :: IORef [(Text, Text)],
    orders :: IORef [(Text, Text)]
  }

spec :: Spec
spec = onShop $
  it "loses and doubles nothing under random interleavings: levels, transit and ledger are what the answers said" $ \Shop {admin = client, owner} -> do
    Catalogue {location = shop, ..} <- stocked client
    cellar <- addPlace client "Cellar"
    supplier <- addSupplier client "Tea house"
    model <- newIORef Model {onHand = Map.fromList [((shop, tea), 100_000), ((shop, apples), 50_000)], travelling = Map.empty}
    drafts <- newIORef []
    sent <- newIORef []
    takes <- newIORef []
    orders <- newIORef []
    let world = World {..}
    plans <- generate (vectorOf 4 (vectorOf 60 someStep))
    forConcurrently_ plans (mapM_ (perform world))
    Model {..} <- readIORef model
    forM_ [(place, variant) | place <- [shop, cellar], variant <- [tea, apples]] $ \at@(place, variant) -> do
      level client place variant "onHand" `shouldReturn` Map.findWithDefault 0 at onHand
      [Only underway] <- query owner "select coalesce(sum(quantity), 0)::bigint from transfer join transfer_line on transfer = id where state = 'sent' and destination = ?::uuid and variant = ?::uuid" (Text.unpack place, Text.unpack variant)
      underway `shouldBe` Map.findWithDefault 0 at travelling
    forM_ invariants $ \(name, statement) -> do
      broken <- query_ owner statement
      (name, broken :: [Only Text]) `shouldBe` (name, [])
    documents <- forM ["transfer where state = 'received'", "stock_take where state = 'finished'", "goods_receipt", "sale where receipt is not null"] $ \what -> do
      [Only number] <- query_ owner ("select count(*) from " <> what)
      pure (number :: Int)
    documents `shouldSatisfy` all (> 0)

moved :: World -> Text -> Goods -> IO ()
moved World {model} place goods' =
  atomicModifyIORef' model $ \Model {..} -> (Model {onHand = Map.unionWith (+) onHand (at place goods'), ..}, ())

underway :: World -> Integer -> Text -> Goods -> IO ()
underway World {model} sign place goods' =
  atomicModifyIORef' model $ \Model {..} -> (Model {travelling = Map.unionWith (+) travelling (fmap (sign *) (at place goods')), ..}, ())

at :: Text -> Goods -> Map (Text, Text) Integer
at place goods' = Map.fromList [((place, variant), quantity) | (variant, quantity) <- goods']

-- | A refusal is as good as a success, and changes nothing.
orderly :: IO Reply -> (Value -> IO ()) -> IO ()
orderly asking next = do
  reply@Reply {status, value} <- asking
  when (status `notElem` [200, 409, 422]) (expectationFailure (show reply))
  when (status == 200) (next value)

some :: World -> Bool -> Int -> Goods
some World {..} forwards count = (if forwards then id else reverse) [(tea, toInteger count * 1_000), (apples, toInteger count * 333)]

push :: IORef [a] -> a -> IO ()
push pool one = atomicModifyIORef' pool (\known -> (known <> [one], ()))

done :: Eq a => IORef [a] -> a -> IO ()
done pool one = atomicModifyIORef' pool (\known -> (filter (/= one) known, ()))

-- | Takes it out, so that one worker has it; the step goes on if there is one.
withNext :: IORef [a] -> (a -> IO ()) -> IO ()
withNext pool use =
  atomicModifyIORef' pool (\case [] -> ([], Nothing); one : rest -> (rest, Just one)) >>= mapM_ use

-- | Leaves it there, so that several may try it at once.
withAny :: IORef [a] -> (a -> IO ()) -> IO ()
withAny pool use = readIORef pool >>= mapM_ use . take 1 . reverse

perform :: World -> Step -> IO ()
perform world@World {..} = \case
  Sell forwards count -> do
    sale <- Text.pack . show <$> V4.nextRandom
    let sold = some world forwards count
    orderly (post client "/checkouts" (checkoutOf session sale (cartOf [line variant (fromInteger quantity) | (variant, quantity) <- sold]) 100_000)) $ \_ ->
      moved world shop (map (fmap negate) sold)
  Adjust here count ->
    let place = placeOf here
     in orderly (post client "/stock-changes" (object ["variantId" .= tea, "locationId" .= place, "change" .= (count * 1_000), "reason" .= ("adjustment" :: Text)])) $ \_ ->
          moved world place [(tea, toInteger count * 1_000)]
  Draft here forwards count -> do
    let (from, to) = (placeOf here, placeOf (not here))
        given = some world forwards count
    orderly (post client "/transfers" (object ["sourceId" .= from, "destinationId" .= to, "lines" .= [goods variant (fromInteger quantity) | (variant, quantity) <- given]])) $ \made ->
      push drafts (text (made ! "head" ! "transferId"), (from, to), given)
  Send -> withAny drafts $ \one@(transfer, (from, to), given) ->
    orderly (post client ("/transfers/" <> transfer <> "/send") Null) $ \_ -> do
      moved world from (map (fmap negate) given)
      underway world 1 to given
      done drafts one
      push sent one
  Arrive more -> withAny sent $ \one@(transfer, (_, to), given) -> do
    let came = [(variant, max 0 (quantity + toInteger more * 1_000)) | (variant, quantity) <- given]
    orderly (post client ("/transfers/" <> transfer <> "/receive") (object ["lines" .= [arrived variant (fromInteger quantity) (Just "counted") | (variant, quantity) <- came]])) $ \_ -> do
      moved world to came
      underway world (-1) to given
      done sent one
  Start here ->
    orderly (post client "/stock-takes" (object ["locationId" .= placeOf here, "variants" .= [tea, apples]])) $ \made ->
      push takes (text (made ! "stockTakeId"), placeOf here)
  Count more -> withAny takes $ \(stockTake, place) -> do
    seen <- level client place tea "onHand"
    lines' <- okay (get client ("/stock-takes/" <> stockTake <> "/lines"))
    let version = sum [whole (row ! "version") | row <- rowsOf (lines' ! "items"), row ! "variantId" == toJSON tea]
    orderly (post client ("/stock-takes/" <> stockTake <> "/counts") (counts [(tea, max 0 (fromInteger seen + more * 1_000), fromInteger version)])) (const (pure ()))
  Finish -> withAny takes $ \one@(stockTake, place) ->
    orderly (post client ("/stock-takes/" <> stockTake <> "/finish") Null) $ \_ -> do
      done takes one
      different <- okay (get client ("/stock-takes/" <> stockTake <> "/differences"))
      moved world place [(text (row ! "variantId"), whole (row ! "difference")) | row <- rowsOf (different ! "items")]
  GiveUp -> withNext takes $ \(stockTake, _) -> orderly (post client ("/stock-takes/" <> stockTake <> "/cancel") Null) (const (pure ()))
  Order here count ->
    orderly (post client "/purchase-orders" (object ["supplierId" .= supplier, "locationId" .= placeOf here, "lines" .= [item tea (count * 1_000) 150, item apples (count * 333) 99]])) $ \made -> do
      let order = text (made ! "head" ! "purchaseOrderId")
      orderly (post client ("/purchase-orders/" <> order <> "/place") Null) (\_ -> push orders (order, placeOf here))
  Receive excess count -> withAny orders $ \(order, place) ->
    let came = some world excess count
     in orderly (post client ("/purchase-orders/" <> order <> "/receipts") (object ["lines" .= [goods variant (fromInteger quantity) | (variant, quantity) <- came], "excess" .= excess])) $ \_ ->
          moved world place came
  CancelOrder -> withNext orders $ \(order, _) -> orderly (post client ("/purchase-orders/" <> order <> "/cancel") Null) (const (pure ()))
  where
    placeOf here = if here then shop else cellar

-- | Each gives the rows that break it.
invariants :: [(Text, Query)]
invariants =
  [ ("ledger replay equals the projection", "select variant::text from stock_level full join (select variant, location, sum(change) as total from stock_movement group by 1, 2) ledger using (variant, location) where on_hand is distinct from total"),
    ("a transfer's movements are its lines, once", "select transfer::text from transfer join transfer_line on transfer = id cross join lateral (select coalesce(sum(change) filter (where location = source and reason = 'transfer'), 0) as gone, coalesce(sum(change) filter (where location = destination and reason = 'transfer'), 0) as came, coalesce(sum(change) filter (where reason = 'adjustment'), 0) as adjusted from stock_movement where document = transfer and stock_movement.variant = transfer_line.variant) moved where (gone, came, adjusted) <> (case when sent_at is null then 0 else -quantity end, case when received_at is null then 0 else quantity end, coalesce(received - quantity, 0))"),
    ("what is nowhere else is on its way", "select variant::text from (select variant, sum(change) as moved from stock_movement where reason = 'transfer' group by variant) ledger full join (select variant, sum(quantity) as underway from transfer join transfer_line on transfer = id where state = 'sent' group by variant) travelling using (variant) where coalesce(moved, 0) + coalesce(underway, 0) <> 0"),
    ("a finished stock take moved its differences, once, and no other moved anything", "select stock_take::text from stock_take join stock_take_line on stock_take = id where (select coalesce(sum(change), 0) from stock_movement where document = stock_take and stock_movement.variant = stock_take_line.variant) <> case when state = 'finished' then coalesce(counted - expected, 0) else 0 end"),
    ("an order has received what its receipts say", "select purchase_order::text from purchase_order_line where received <> (select coalesce(sum(quantity), 0) from goods_receipt join goods_receipt_line on receipt = id where goods_receipt.purchase_order = purchase_order_line.purchase_order and goods_receipt_line.variant = purchase_order_line.variant)"),
    ("a receipt moved its lines, once", "select receipt::text from goods_receipt_line where quantity is distinct from (select sum(change) from stock_movement where document = receipt and stock_movement.variant = goods_receipt_line.variant and reason = 'receipt')"),
    ("an order is received exactly if nothing is outstanding", "select id::text from purchase_order join purchase_order_line on purchase_order = id where state not in ('draft', 'cancelled') group by id, state having (state = 'received') <> bool_and(received >= quantity)")
  ]
