module Retail.Domain.GoodsSpec (spec) where

import Control.Monad (foldM)
import Data.Maybe (fromMaybe, isJust, mapMaybe)
import Retail.Domain.Money
import Retail.Domain.PurchaseOrder qualified as Purchase
import Retail.Domain.Quantity
import Retail.Domain.Reorder
import Retail.Domain.StockTake qualified as StockTake
import Retail.Domain.Transfer qualified as Transfer
import Support.Generators ()
import Test.Hspec
import Test.QuickCheck

spec :: Spec
spec = do
  describe "transfer" $ do
    it "allows these moves and no others" $
      moves Transfer.move
        `shouldMatchList` [ (Transfer.Draft, Transfer.Send, Transfer.Sent),
                            (Transfer.Draft, Transfer.Cancel, Transfer.Cancelled),
                            (Transfer.Sent, Transfer.Receive, Transfer.Received)
                          ]
    it "arrives only after it was sent, whatever was tried" . forAll (listOf (elements [minBound .. maxBound])) $ \tried ->
      let (states, taken) = played Transfer.move Transfer.Draft tried
       in (Transfer.Received `elem` states) === (taken == [Transfer.Send, Transfer.Receive])
  describe "stock take" $ do
    it "allows these moves and no others" $
      moves StockTake.move
        `shouldMatchList` [ (StockTake.Counting, StockTake.Enter, StockTake.Counting),
                            (StockTake.Counting, StockTake.Finish, StockTake.Finished),
                            (StockTake.Counting, StockTake.Cancel, StockTake.Cancelled)
                          ]
  describe "purchase order" $ do
    it "allows these moves and no others" $
      moves Purchase.move
        `shouldMatchList` [ (Purchase.Draft, Purchase.Place, Purchase.Ordered),
                            (Purchase.Draft, Purchase.Cancel, Purchase.Cancelled),
                            (Purchase.Ordered, Purchase.ReceivePart, Purchase.PartlyReceived),
                            (Purchase.Ordered, Purchase.ReceiveRest, Purchase.Received),
                            (Purchase.Ordered, Purchase.Cancel, Purchase.Cancelled),
                            (Purchase.PartlyReceived, Purchase.ReceivePart, Purchase.PartlyReceived),
                            (Purchase.PartlyReceived, Purchase.ReceiveRest, Purchase.Received),
                            (Purchase.PartlyReceived, Purchase.Cancel, Purchase.Cancelled)
                          ]
    it "receives what was ordered and no more, in whatever steps" . property $ \ordered (steps :: [Quantity]) ->
      let start = Purchase.OrderedLine {ordered, received = 0}
          after = foldl (\line step -> fromMaybe line (Purchase.takeIn Purchase.Refused step line)) start steps
          Purchase.OrderedLine {received} = after
       in conjoin
            [ received + Purchase.outstanding after === thousandths ordered,
              Purchase.receiving [start, after] === Purchase.ReceivePart,
              (Purchase.receiving [after] == Purchase.ReceiveRest) === (Purchase.outstanding after == 0)
            ]
    it "counts all that came where more may come, and then nothing is outstanding" . property $ \ordered more ->
      let line = foldM (flip (Purchase.takeIn Purchase.Accepted)) Purchase.OrderedLine {ordered, received = 0} [ordered, more]
       in (Purchase.outstanding <$> line, (\Purchase.OrderedLine {received} -> received) <$> line)
            === (Just 0, Just (thousandths ordered + thousandths more))
    it "costs the sum of its lines, or more than can be said" . forAll (listOf ((,) <$> arbitrary <*> (fromMinorUnits <$> choose (0, largestAmount)))) $ \priced ->
      let total = sum [minorUnits (amountFor cost quantity) | (quantity, cost) <- priced]
       in fmap minorUnits (Purchase.orderTotal priced) === (if total <= largestAmount then Just total else Nothing)
  describe "reorder list" $ do
    it "proposes exactly what is due" . forAll someShelf $ \shelf ->
      forAll (elements [Piece, Kilogram]) $ \unit -> isJust (proposal unit shelf) === due shelf
    it "proposes what reaches the target and ends being due, in whole pieces, and not a piece more" . forAll someShelf $ \shelf ->
      forAll (elements [Piece, Kilogram]) $ \unit -> case proposal unit shelf of
        Nothing -> label "not due" True
        Just quantity ->
          let step = if unit == Piece then 1_000 else 1
           in conjoin
                [ counterexample "unit" (fitsUnit unit quantity),
                  counterexample "enough" (shelf `isFilledBy` thousandths quantity),
                  counterexample "least" (not (shelf `isFilledBy` (thousandths quantity - step)))
                ]

isFilledBy :: Shelf -> Integer -> Bool
isFilledBy Shelf {..} more = not (due Shelf {available = available + more, ..}) && available + more >= targetLevel

someShelf :: Gen Shelf
someShelf = Shelf <$> choose (-50_000, 50_000) <*> choose (0, 40_000) <*> oneof [pure 0, choose (0, 90_000)]

moves :: (Enum state, Bounded state, Enum action, Bounded action) => (state -> action -> Maybe state) -> [(state, action, state)]
moves move = [(state, action, next) | state <- [minBound ..], action <- [minBound ..], next <- mapMaybe (move state) [action]]

-- | The states that were gone through, and the actions that were not refused.
played :: (state -> action -> Maybe state) -> state -> [action] -> ([state], [action])
played move = go
  where
    go state = \case
      [] -> ([state], [])
      action : rest -> case move state action of
        Nothing -> go state rest
        Just next -> let (states, taken) = go next rest in (state : states, action : taken)
