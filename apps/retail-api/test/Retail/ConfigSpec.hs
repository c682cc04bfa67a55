module Retail.ConfigSpec (spec) where

import Data.Either (fromLeft)
import Data.Text qualified as Text
import Retail.App.Config
import Test.Hspec

spec :: Spec
spec = do
  it "tells every fault at once, without repeating a value" $
    case readConfig Service [("RETAIL_PORT", "hunter2"), ("RETAIL_POOL", "0"), ("RETAIL_INSECURE_COOKIE", "maybe")] of
      Right _ -> expectationFailure "was taken"
      Left faults -> do
        map (Text.takeWhile (/= ' ')) faults `shouldBe` ["RETAIL_DATABASE_URL", "RETAIL_PORT", "RETAIL_POOL", "RETAIL_INSECURE_COOKIE"]
        Text.unwords faults `shouldNotSatisfy` Text.isInfixOf "hunter2"
  it "asks a migration for the owner's database" $
    fromLeft [] (readConfig Migration [("RETAIL_DATABASE_URL", "dbname=retail")])
      `shouldBe` ["RETAIL_OWNER_DATABASE_URL is missing: a PostgreSQL connection string"]
  it "has usual values for the rest" $
    fmap (\Config {..} -> (port, adminPort, poolSize, secureCookie, drainSeconds)) (readConfig Service [("RETAIL_DATABASE_URL", "dbname=retail")])
      `shouldBe` Right (8080, 9090, 16, True, 2)
